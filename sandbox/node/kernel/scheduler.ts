const slice = 5

/**
 * Processes that never wait for anything ask here every so often. After 5 ms the others have their turn: container by container, and in each,
 * process by process, so that a container full of busy loops takes no more than its share.
 */
export class Scheduler {
  #since = performance.now()
  readonly #queues = new Map<object, (() => void)[]>()
  #scheduled = false

  /** Undefined: go on. */
  turn(container: object): Promise<void> | undefined {
    if (performance.now() - this.#since < slice) return undefined
    this.#schedule()
    return new Promise((go) => {
      const queue = this.#queues.get(container)
      if (queue === undefined) this.#queues.set(container, [go])
      else queue.push(go)
    })
  }

  #schedule(): void {
    if (this.#scheduled) return
    this.#scheduled = true
    setImmediate(() => {
      this.#scheduled = false
      this.#next()
    })
  }

  #next(): void {
    this.#since = performance.now()
    const [first] = this.#queues
    if (first === undefined) return
    const [container, queue] = first
    const go = queue.shift()
    this.#queues.delete(container)
    if (queue.length > 0) this.#queues.set(container, queue)
    if (this.#queues.size > 0) this.#schedule()
    go?.()
  }
}
