import type { Clock } from '../clock.ts'
import type { Kind, KindFile, KubeletApi, Names, Store } from '../contracts.ts'

/** What the API answers from. */
export interface ApiContext {
  readonly store: Store
  readonly kinds: ReadonlyMap<Kind, KindFile>
  /** In discovery, their lists are empty, and a create is refused. */
  readonly unmodelled: readonly Names[]
  readonly clock: Clock
  readonly kubelet: KubeletApi
  /** v1.34.2+sandbox */
  readonly version: string
}
