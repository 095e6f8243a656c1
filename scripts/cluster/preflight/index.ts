// placeholder of the lead's, until the preflight lands: overwrite it
export const preflight = async (..._: readonly unknown[]) => ({ obstacles: [] as { topic: string; sentence: string; wayOut: string }[], notes: [] as string[] })
export const verifyCanPlay = (_: unknown): void => {}
