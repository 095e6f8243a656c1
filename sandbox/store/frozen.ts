/** Frozen all the way down. What is frozen already came from the store: it is not walked through again. */
export function frozen<T extends object>(value: T): T {
  if (Object.isFrozen(value)) return value
  Object.freeze(value)
  for (const each of Object.values(value) as unknown[]) if (typeof each === 'object' && each !== null) frozen(each)
  return value
}
