import { EventEmitter } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import type { CoreV1Event, V1PersistentVolumeClaim, V1Pod } from '@kubernetes/client-node'
import type { Api, ApiObject, Kind } from './api.ts'
import { isForbidden } from './refusal.ts'

/** One thing that the cluster did, in the order in which its watch told it. */
export interface Change<T extends ApiObject = ApiObject> {
  readonly at: number
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'
  readonly object: T
}

export type Pod = V1Pod & ApiObject
export type Claim = V1PersistentVolumeClaim & ApiObject
export type ClusterEvent = CoreV1Event & ApiObject

interface Watched {
  readonly kind: Kind
  readonly resource: string
}

const watched = {
  pods: { kind: { apiVersion: 'v1', kind: 'Pod' }, resource: 'pods' },
  claims: { kind: { apiVersion: 'v1', kind: 'PersistentVolumeClaim' }, resource: 'persistentvolumeclaims' },
  events: { kind: { apiVersion: 'v1', kind: 'Event' }, resource: 'events' },
} satisfies Record<string, Watched>

/**
 * What happens in one namespace while a lesson plays there: every change of its Pods, claims and events, and how they stand now.
 * A watch that breaks is taken up again where it ended, after a 410 by a new list.
 */
export class Journal {
  readonly #api: Api
  readonly #namespace: string
  readonly #stop = new AbortController()
  readonly #wake = new EventEmitter().setMaxListeners(0)
  readonly #history: Change[] = []
  #seesEvents = true
  readonly #now = {
    pods: new Map<string, ApiObject>(),
    claims: new Map<string, ApiObject>(),
    events: new Map<string, ApiObject>(),
  }

  constructor(api: Api, namespace: string) {
    this.#api = api
    this.#namespace = namespace
  }

  /** Called with every claim that appears. */
  onClaim: (claim: Claim) => void = () => {}

  /** Resolves when the first lists are in. Events, and the claims of a lesson that makes none, are left out where this user may not see them. */
  async open(): Promise<void> {
    await Promise.all((['pods', 'claims', 'events'] as const).map((name) => this.#follow(name)))
  }

  close(): void {
    this.#stop.abort()
    this.#wake.emit('change')
  }

  /** Whether this user may see events: without them nobody says what an object waits for. */
  get seesEvents(): boolean {
    return this.#seesEvents
  }

  get pods(): readonly Pod[] {
    return [...this.#now.pods.values()] as Pod[]
  }

  get claims(): readonly Claim[] {
    return [...this.#now.claims.values()] as Claim[]
  }

  get events(): readonly ClusterEvent[] {
    return [...this.#now.events.values()] as ClusterEvent[]
  }

  pod(name: string): Pod | undefined {
    return this.#now.pods.get(name)
  }

  claim(name: string): Claim | undefined {
    return this.#now.claims.get(name)
  }

  /** Every change of Pods so far, oldest first. */
  get podHistory(): readonly Change<Pod>[] {
    return this.#history
  }

  /** Resolves at the next change, or after `limit` milliseconds. */
  next(limit: number, signal?: AbortSignal): Promise<void> {
    return new Promise((done) => {
      const finish = () => {
        clearTimeout(timer)
        this.#wake.off('change', finish)
        signal?.removeEventListener('abort', finish)
        done()
      }
      const timer = setTimeout(finish, limit)
      this.#wake.once('change', finish)
      signal?.addEventListener('abort', finish, { once: true })
      if (signal?.aborted === true) finish()
    })
  }

  async #follow(name: keyof typeof watched): Promise<void> {
    const { kind, resource } = watched[name]
    let version: string
    try {
      version = await this.#list(name, kind)
    } catch (error) {
      if (name === 'pods' || !isForbidden(error)) throw error
      if (name === 'events') this.#seesEvents = false
      return
    }
    void this.#keepFollowing(name, kind, `/api/v1/namespaces/${this.#namespace}/${resource}`, version)
  }

  async #keepFollowing(name: keyof typeof watched, kind: Kind, path: string, from: string): Promise<void> {
    let version = from
    while (!this.#stop.signal.aborted) {
      const opened = Date.now()
      const refused = await this.#api.follow(
        path,
        { resourceVersion: version },
        (type, object) => {
          if (type === 'ERROR') {
            version = ''
            return
          }
          version = object.metadata?.resourceVersion ?? version
          if (type !== 'BOOKMARK') this.#enter(name, type as Change['type'], object)
        },
        this.#stop.signal,
      )
      if (this.#stop.signal.aborted) return
      if (refused !== undefined || version === '') {
        version = await this.#list(name, kind).catch(() => version)
      }
      if (Date.now() - opened < 1000) await sleep(500)
    }
  }

  async #list(name: keyof typeof watched, kind: Kind): Promise<string> {
    const { items, resourceVersion } = await this.#api.list(kind, { namespace: this.#namespace })
    const present = new Set(items.map((item) => item.metadata.name))
    for (const [old, object] of this.#now[name]) if (!present.has(old)) this.#enter(name, 'DELETED', object)
    for (const item of items) {
      const known = this.#now[name].get(item.metadata.name ?? '')
      if (known?.metadata.resourceVersion !== item.metadata.resourceVersion)
        this.#enter(name, known === undefined ? 'ADDED' : 'MODIFIED', item)
    }
    return resourceVersion
  }

  #enter(name: keyof typeof watched, type: Change['type'], object: ApiObject): void {
    const key = object.metadata.name ?? ''
    if (type === 'DELETED') this.#now[name].delete(key)
    else this.#now[name].set(key, object)
    if (name === 'claims' && type === 'ADDED') this.onClaim(object)
    if (name === 'pods') this.#history.push({ at: Date.now(), type, object })
    this.#wake.emit('change')
  }
}
