import type { MessagePort } from 'node:worker_threads'
import type {
  ContainerExit,
  ContainerSpec,
  ExecQuery,
  Id,
  Line,
  NetworkTable,
  PodSandbox,
  Signal,
  VolumeSource,
} from '../contracts.ts'

/** What the main thread asks of the worker, by the Runtime's own names. */
export interface Calls {
  openPod: [pod: PodSandbox]
  closePod: [pod: Id]
  volume: [id: Id, source: VolumeSource]
  removeVolume: [id: Id]
  network: [table: NetworkTable]
  start: [spec: ContainerSpec]
  signal: [id: Id, signal: Signal]
  remove: [id: Id]
}

/** What is opened on a port of its own. */
export type Opening =
  | { readonly kind: 'exec'; readonly id: Id; readonly query: ExecQuery }
  | { readonly kind: 'attach'; readonly id: Id; readonly query: Omit<ExecQuery, 'argv'> }
  | { readonly kind: 'logs'; readonly id: Id; readonly follow: boolean }
  | { readonly kind: 'connect'; readonly ip: string; readonly port: number; readonly inside: Id | undefined }

export type ToWorker =
  | { readonly type: 'call'; readonly number: number; readonly method: keyof Calls; readonly args: readonly unknown[] }
  | { readonly type: 'open'; readonly opening: Opening; readonly port: MessagePort }
  | { readonly type: 'ping' }

export interface Failure {
  readonly message: string
  /** A StartError's. */
  readonly exitCode?: number
}

export type FromWorker =
  | { readonly type: 'answer'; readonly number: number; readonly value?: unknown; readonly failure?: Failure }
  | { readonly type: 'exit'; readonly exit: ContainerExit }
  | { readonly type: 'pong' }

/** On a port of its own, from the worker. */
export type StreamOut =
  /** A connection stands, a session has begun. */
  | { readonly type: 'open' }
  | {
      readonly type: 'output'
      readonly item: Uint8Array | Line | { readonly stream: Line['stream']; readonly data: Uint8Array }
    }
  /** No more output. */
  | { readonly type: 'end' }
  | { readonly type: 'exit'; readonly code: number }
  | { readonly type: 'failure'; readonly failure: Failure }
  /** What was written has been taken. */
  | { readonly type: 'written' }

/** On a port of its own, to the worker. */
export type StreamIn =
  | { readonly type: 'input'; readonly data: Uint8Array | null }
  | { readonly type: 'resize'; readonly columns: number; readonly rows: number }
  /** An item of output has been taken. */
  | { readonly type: 'taken' }
  | { readonly type: 'close' }

/** Items of output on their way at once. */
export const window = 8
