import { randomUUID } from 'node:crypto'
import type { Clock } from '../clock.ts'
import type { At, Change, Key, Kind, KindFile, Query, Store } from '../contracts.ts'
import { apiVersionOf } from '../facts/names.ts'
import type { Metadata, Obj } from '../kubernetes.ts'
import { invalid, notFound, Refusal } from '../refusal.ts'
import { equal } from '../schema/json.ts'
import { frozen } from './frozen.ts'
import { History } from './history.ts'
import { Objects } from './objects.ts'
import { aboutOf, admitToNamespace, fullKind, goesNow, refuseUnlessAt } from './rules.ts'
import { bodyOf } from './text.ts'
import { timestamp } from './time.ts'

const room = 64 * 1024 * 1024

export class MemoryStore implements Store {
  readonly #kinds: ReadonlyMap<Kind, KindFile>
  readonly #clock: Clock
  readonly #objects = new Objects()
  readonly #history = new History()
  readonly #listeners = new Set<(change: Change) => void>()
  /** Told and not heard yet: a listener may write, and everybody hears of that after what it was about. */
  #untold: Change[] = []
  #telling = false
  #revision = 0
  #size = 0

  constructor(kinds: ReadonlyMap<Kind, KindFile>, clock: Clock) {
    this.#kinds = kinds
    this.#clock = clock
  }

  get resourceVersion(): number {
    return this.#revision
  }

  readonly get: Store['get'] = (key) => this.#objects.get(key) as never

  readonly list: Store['list'] = (kind, { namespace = '', matches } = {}) => {
    const all = this.#objects.list(kind, namespace)
    return { items: (matches === undefined ? all : all.filter(matches)) as never, resourceVersion: this.#revision }
  }

  write<T extends Obj = Obj>(key: Key, change: (old: T | undefined) => Partial<T> | undefined, at: At = {}): T {
    const old = this.get<T>(key)
    refuseUnlessAt(key, old, at)
    const changed = change(old)
    if (changed === undefined) return this.#removed(key, old, at)
    if (changed === old) return old
    if (old === undefined) admitToNamespace(this, key)
    const next = this.#prepared(key, changed, old, at.through) as T
    if (old !== undefined && equal(next, old)) return old
    if (at.dryRun === true) return old === undefined ? withVersion(next, undefined) : next
    if (old !== undefined && goesNow(key, next, old)) {
      this.#removed(key, old, at)
      return next
    }
    return this.#put(key, next, old)
  }

  watch(kind: Kind, from: number, query: Query, signal: AbortSignal): AsyncIterable<Change> {
    if (from > 0) return this.#history.read(kind, from, query, [], signal)
    const initial = this.list(kind, query).items.map((object): Change => {
      const { namespace = '', name } = object.metadata
      return { type: 'ADDED', object, key: { kind, namespace, name } }
    })
    return this.#history.read(kind, this.#revision, query, initial, signal)
  }

  onChange(listener: (change: Change) => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  /** What would be stored. */
  #prepared(key: Key, changed: Partial<Obj>, old: Obj | undefined, through: string | undefined): Obj {
    const file = this.#kinds.get(key.kind)
    if (file === undefined) throw new Error(`the store knows no ${key.kind}`)
    const { names } = file
    const next = file.prepare(
      {
        ...changed,
        apiVersion: apiVersionOf(names),
        kind: names.kind,
        metadata: this.#identity(key, changed.metadata, old),
      },
      old,
      this,
    )
    const causes = file.validate(next, old, through)
    if (causes.length > 0) throw invalid(fullKind(names), key.name, causes)
    return next
  }

  /** What nobody chooses: who it is, since when, and that a deletion is not taken back. */
  #identity({ namespace, name }: Key, metadata: Metadata | undefined, old: Obj | undefined): Metadata {
    const { namespace: _, ...rest } = { ...metadata } as Metadata
    const where = namespace === '' ? {} : { namespace }
    if (old === undefined) {
      const creationTimestamp = timestamp(this.#clock.now())
      return { ...rest, name, ...where, uid: randomUUID(), creationTimestamp, resourceVersion: '' }
    }
    const { uid, creationTimestamp, resourceVersion, deletionTimestamp, deletionGracePeriodSeconds } = old.metadata
    return {
      ...(deletionTimestamp === undefined ? {} : { deletionTimestamp }),
      ...(deletionGracePeriodSeconds === undefined ? {} : { deletionGracePeriodSeconds }),
      ...rest,
      name,
      ...where,
      uid,
      creationTimestamp,
      resourceVersion,
    }
  }

  #put<T extends Obj>(key: Key, next: T, old: T | undefined): T {
    const object = frozen(withVersion(next, String(this.#revision + 1)))
    const size = this.#size + sizeOf(object) - (old === undefined ? 0 : sizeOf(old))
    if (size > room) throw new Refusal(500, '', 'etcdserver: mvcc: database space exceeded')
    this.#size = size
    this.#objects.set(key, object)
    this.#happened(old === undefined ? { type: 'ADDED', object, key } : { type: 'MODIFIED', object, old, key })
    return object
  }

  #removed<T extends Obj>(key: Key, old: T | undefined, { dryRun = false }: At): T {
    if (old === undefined) throw notFound(aboutOf(key))
    if (dryRun) return old
    this.#size -= sizeOf(old)
    this.#objects.set(key, undefined)
    this.#happened({ type: 'DELETED', object: frozen(withVersion(old, String(this.#revision + 1))), old, key })
    return old
  }

  #happened(change: Change): void {
    this.#revision += 1
    this.#history.add(change)
    this.#untold.push(change)
    if (this.#telling) return
    this.#telling = true
    try {
      for (let next = this.#untold.shift(); next !== undefined; next = this.#untold.shift())
        for (const listener of this.#listeners) listener(next)
    } finally {
      this.#telling = false
    }
  }
}

/** As Go's struct has them. */
const order =
  'name generateName namespace uid resourceVersion generation creationTimestamp deletionTimestamp deletionGracePeriodSeconds labels annotations ownerReferences finalizers managedFields'.split(
    ' ',
  ) as readonly (keyof Metadata)[]

const sizeOf = (object: Obj) => Buffer.byteLength(bodyOf(object))

const withVersion = <T extends Obj>(object: T, resourceVersion: string | undefined): T => {
  const metadata = { ...object.metadata, resourceVersion }
  const arranged = order.filter((name) => metadata[name] !== undefined).map((name) => [name, metadata[name]])
  return { ...object, metadata: Object.fromEntries(arranged) as Metadata }
}
