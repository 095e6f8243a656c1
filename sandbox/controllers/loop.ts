import type { Clock } from '../clock.ts'
import type { Controller, Key, World } from '../contracts.ts'
import { Refusal } from '../refusal.ts'

/** How long a controller may work before others get their turn. */
const slice = 5
const firstPause = 5
const longestPause = 60_000

/** One controller's work queue: a key waits in it once, however often it is asked for. k8s.io/client-go/util/workqueue. */
class Queue {
  readonly #controller: Controller
  readonly #world: World
  readonly #signal: AbortSignal
  readonly #waiting = new Map<string, Key>()
  readonly #failures = new Map<string, number>()
  readonly #later = new Map<string, AbortController>()
  #running = false

  constructor(controller: Controller, world: World, signal: AbortSignal) {
    this.#controller = controller
    this.#world = world
    this.#signal = signal
  }

  add(key: Key): void {
    this.#waiting.set(idOf(key), key)
    if (this.#running) return
    this.#running = true
    void this.#run()
  }

  async #run(): Promise<void> {
    while (this.#waiting.size > 0 && !this.#signal.aborted) {
      await turn()
      const until = this.#world.clock.now() + slice
      for (const [id, key] of this.#waiting) {
        this.#waiting.delete(id)
        await this.#reconcile(id, key)
        if (this.#world.clock.now() > until) break
      }
    }
    this.#running = false
  }

  async #reconcile(id: string, key: Key): Promise<void> {
    this.#later.get(id)?.abort()
    try {
      const { again } = (await this.#controller.reconcile(key, this.#world)) ?? {}
      this.#failures.delete(id)
      if (again !== undefined) this.#addLater(id, key, again)
    } catch (error) {
      const failures = this.#failures.get(id) ?? 0
      this.#failures.set(id, failures + 1)
      if (error instanceof Refusal && error.code === 409 && failures === 0) return this.add(key)
      this.#addLater(id, key, Math.min(longestPause, firstPause * 2 ** failures))
    }
  }

  #addLater(id: string, key: Key, milliseconds: number): void {
    const cancelled = new AbortController()
    this.#later.set(id, cancelled)
    void this.#after(id, key, milliseconds, cancelled)
  }

  async #after(id: string, key: Key, milliseconds: number, cancelled: AbortController): Promise<void> {
    const signal = AbortSignal.any([this.#signal, cancelled.signal])
    const passed = await pause(this.#world.clock, milliseconds, signal)
    if (this.#later.get(id) === cancelled) this.#later.delete(id)
    if (passed) this.add(key)
  }
}

/** Whether the time has passed: false where it was cut short. */
const pause = (clock: Clock, milliseconds: number, signal: AbortSignal): Promise<boolean> =>
  clock.sleep(milliseconds, signal).then(
    () => true,
    () => false,
  )

const turn = (): Promise<void> => new Promise((done) => setImmediate(done))

const idOf = ({ kind, namespace, name }: Key): string => `${kind}/${namespace}/${name}`

/** Starts a controller: with all that is there, then with what changes. Returns what ends it. */
export function run(controller: Controller, world: World, signal: AbortSignal): () => void {
  const queue = new Queue(controller, world, signal)
  const kinds = new Set(controller.watches)
  for (const kind of kinds)
    for (const object of world.store.list(kind).items) {
      const { namespace = '', name } = object.metadata
      const change = { type: 'ADDED', object, key: { kind, namespace, name } } as const
      for (const key of controller.keys(change, world)) queue.add(key)
    }
  return world.store.onChange((change) => {
    if (!kinds.has(change.key.kind)) return
    for (const key of controller.keys(change, world)) queue.add(key)
  })
}
