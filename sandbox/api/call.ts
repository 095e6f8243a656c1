import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Key, Kind, KindFile, Names } from '../contracts.ts'
import type { Obj } from '../kubernetes.ts'
import type { JsonObject } from '../schema/json.ts'
import type { ApiContext } from './context.ts'

/** One request about a resource of a kind that is modelled. */
export interface Call {
  readonly context: ApiContext
  readonly kind: Kind
  readonly file: KindFile
  readonly names: Names
  /** "" for all of them, and for what belongs to no namespace. */
  readonly namespace: string
  /** "" for a collection. */
  readonly name: string
  readonly query: URLSearchParams
  readonly request: IncomingMessage
  readonly response: ServerResponse
}

/** What a verb answers; "streamed": it has written the response itself. */
export type Answer =
  | { readonly code: number; readonly object: Obj }
  | { readonly code: number; readonly items: readonly Obj[]; readonly metadata: JsonObject }
  | { readonly code: number; readonly json: JsonObject }
  | 'streamed'

export const keyOf = ({ kind, namespace, name }: Call): Key => ({ kind, namespace, name })
