/** What the API server says it is. kubectl reads its minor; the tour reads its suffix. */
export const version = 'v1.34.2+sandbox'
