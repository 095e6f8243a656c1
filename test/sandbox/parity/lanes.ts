/** Works on all items from when the first is asked for, so many at a time; each is asked for by its index. */
export function inLanes<Item, Result>(
  lanes: number,
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
): (index: number) => Promise<Result> {
  let started: readonly Promise<Result>[] | undefined
  const start = () => {
    const last: Promise<unknown>[] = Array.from({ length: lanes }, () => Promise.resolve())
    return items.map((item, index) => {
      const result = (last[index % lanes] ?? Promise.resolve()).then(() => work(item))
      last[index % lanes] = result.catch(() => {})
      return result
    })
  }
  return (index) => {
    started ??= start()
    const result = started[index]
    for (const each of started) each.catch(() => {})
    return result ?? Promise.reject(new Error('there is no such item'))
  }
}
