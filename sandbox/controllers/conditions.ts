interface Condition {
  readonly type: string
  readonly status: string
  readonly reason?: string
  readonly message?: string
  readonly lastTransitionTime?: string
}

export const conditionOf = <T extends Condition>(conditions: readonly T[] | undefined, type: string): T | undefined =>
  conditions?.find((condition) => condition.type === type)

/** Put in its place, or added: the time of its transition is kept where its status is. */
export function withCondition<T extends Condition>(
  conditions: readonly T[] | undefined,
  next: Omit<T, 'lastTransitionTime'> & Condition,
  now: string,
): readonly T[] {
  const old = conditionOf(conditions, next.type)
  const lastTransitionTime = old?.status === next.status ? (old.lastTransitionTime ?? now) : now
  const full = { ...next, lastTransitionTime } as unknown as T
  if (old === undefined) return [...(conditions ?? []), full]
  return (conditions ?? []).map((each) => (each.type === next.type ? full : each))
}
