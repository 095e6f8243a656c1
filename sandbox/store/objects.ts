import type { Key, Kind } from '../contracts.ts'
import type { Obj } from '../kubernetes.ts'

type Named = Map<string, Obj>

/** What is there now, by kind, namespace and name. */
export class Objects {
  readonly #kinds = new Map<Kind, Map<string, Named>>()
  /** In the order of a list, until something comes or changes. */
  readonly #sorted = new WeakMap<Named, readonly Obj[]>()

  get({ kind, namespace, name }: Key): Obj | undefined {
    return this.#kinds.get(kind)?.get(namespace)?.get(name)
  }

  set({ kind, namespace, name }: Key, object: Obj | undefined): void {
    const namespaces = this.#kinds.get(kind) ?? new Map<string, Named>()
    const objects = namespaces.get(namespace) ?? new Map<string, Obj>()
    this.#kinds.set(kind, namespaces.set(namespace, objects))
    if (object === undefined) objects.delete(name)
    else objects.set(name, object)
    if (objects.size === 0) namespaces.delete(namespace)
    this.#sorted.delete(objects)
  }

  /** As etcd has them: by namespace and name. */
  list(kind: Kind, namespace: string): readonly Obj[] {
    const namespaces = this.#kinds.get(kind)
    if (namespaces === undefined) return []
    if (namespace !== '') return this.#inOrder(namespaces.get(namespace))
    // By the whole key: "a-b/" comes before "a/".
    const keys = [...namespaces.keys()].map((each) => `${each}/`).toSorted()
    return keys.flatMap((each) => this.#inOrder(namespaces.get(each.slice(0, -1))))
  }

  #inOrder(objects: Named | undefined): readonly Obj[] {
    if (objects === undefined) return []
    let sorted = this.#sorted.get(objects)
    if (sorted === undefined) {
      sorted = [...objects].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, object]) => object)
      this.#sorted.set(objects, sorted)
    }
    return sorted
  }
}
