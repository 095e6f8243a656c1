// What the rooms of the sandbox owe each other. Data goes one way: kinds -> store -> API; controllers and the kubelet see only the store; the
// kubelet sees containers only through a Runtime; programs see only a Process (node/process.ts).
import type { Clock } from './clock.ts'
import type { Obj, Pod } from './kubernetes.ts'
import type { Cause } from './refusal.ts'

// ── Kinds ───────────────────────────────────────────────────────────────────────────────────────────────────────────────

/** A resource with its group, as kubectl writes it: "pods", "deployments.apps", "endpointslices.discovery.k8s.io". */
export type Kind = string

export interface Names {
  /** "" for core. */
  readonly group: string
  readonly version: string
  readonly kind: string
  readonly plural: string
  readonly singular: string
  readonly shortNames: readonly string[]
  readonly categories: readonly string[]
  readonly namespaced: boolean
  readonly verbs: readonly string[]
  /** "status", "scale", "log", "exec", ... */
  readonly subresources: readonly string[]
}

export interface Column {
  readonly name: string
  readonly type: string
  readonly format: string
  readonly description: string
  /** Above 0: only with -o wide. */
  readonly priority: number
  readonly cell: (object: Obj, now: number) => string | number
}

/** Reading, for what a kind has to look up: a default class, a service account, a namespace. */
export type Lookup = Pick<Store, 'get' | 'list'>

/** One kind: its names, how it is printed, what is added to it and what is refused. */
export interface KindFile {
  readonly names: Names
  readonly columns: readonly Column[]
  /** Fields that a fieldSelector may name, beside metadata.name and metadata.namespace. */
  readonly selectable?: Readonly<Record<string, (object: Obj) => string>>
  /** Defaults, admission and strategy: everything that the API server adds to what a user or a controller wrote. Pure; throws a Refusal where admission refuses. */
  prepare(next: Obj, old: Obj | undefined, lookup: Lookup): Obj
  /** What is wrong with it, in upstream's words. `through`: the subresource that it is written through, where that may change what others may not. */
  validate(next: Obj, old: Obj | undefined, through?: string): readonly Cause[]
}

// ── Store ───────────────────────────────────────────────────────────────────────────────────────────────────────────────

export interface Key {
  readonly kind: Kind
  /** "" for a kind that belongs to the whole cluster. */
  readonly namespace: string
  readonly name: string
}

export interface Query {
  readonly namespace?: string
  readonly matches?: (object: Obj) => boolean
}

export interface Change {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK'
  readonly object: Obj
  /** What stood there before; undefined for ADDED. A watch with a selector needs it. */
  readonly old?: Obj
  readonly key: Key
}

export interface At {
  readonly uid?: string
  readonly resourceVersion?: string
  /** Everything but the storing. */
  readonly dryRun?: boolean
  /** The subresource that it is written through. */
  readonly through?: string | undefined
}

/**
 * The only writer. Synchronous; objects are frozen, deeply; a write that changes nothing keeps the resourceVersion. Every write goes through its
 * kind's prepare and validate, whoever writes.
 */
export interface Store {
  // oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- who asks for a kind knows its type
  get<T extends Obj = Obj>(key: Key): T | undefined
  // oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- who asks for a kind knows its type
  list<T extends Obj = Obj>(
    kind: Kind,
    query?: Query,
  ): { readonly items: readonly T[]; readonly resourceVersion: number }
  /**
   * Creates (old is undefined), changes, or removes at once (undefined is returned). The store gives a new object its uid, creationTimestamp and
   * resourceVersion; name and namespace come from the key. An object with a deletionTimestamp goes when its last finalizer does (a Pod: when its
   * grace period is 0, too). Throws a Refusal: Conflict where `at` does not fit, Invalid, what admission says.
   */
  write<T extends Obj = Obj>(key: Key, change: (old: T | undefined) => Partial<T> | undefined, at?: At): T
  /** From after `from` on (0: everything that is there, as ADDED first). A reader that is too far behind gets a Refusal of 410 Expired. */
  watch(kind: Kind, from: number, query: Query, signal: AbortSignal): AsyncIterable<Change>
  /** Called with every change of any kind, in order, right after it is stored. Returns what ends it. */
  onChange(listener: (change: Change) => void): () => void
  readonly resourceVersion: number
}

// ── Controllers ─────────────────────────────────────────────────────────────────────────────────────────────────────────

/** An event, told about an object; the recorder counts what is told again, as client-go's does. */
export interface Told {
  readonly type: 'Normal' | 'Warning'
  readonly reason: string
  readonly message: string
  /** source.component, and reportingComponent. */
  readonly component: string
  readonly host?: string
  /** spec.containers{app} */
  readonly fieldPath?: string
}

/** Where volumes keep their data, by the path that a PersistentVolume names. */
export interface Disks {
  make(path: string): Promise<void>
  remove(path: string): Promise<void>
}

/** What controllers and the kubelet work with. */
export interface World {
  readonly store: Store
  readonly clock: Clock
  readonly disks: Disks
  record(about: Obj, told: Told): void
}

/** Level-triggered, one at a time per key. A Refusal of 409 is tried again soon, any other error after a growing pause. */
export interface Controller {
  readonly name: string
  readonly watches: readonly Kind[]
  keys(change: Change, world: World): readonly Key[]
  /** `again`: milliseconds until it wants to look once more. */
  reconcile(key: Key, world: World): Promise<{ readonly again?: number } | void>
}

// ── Kubelet ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

export interface LogQuery {
  readonly previous?: boolean
  readonly follow?: boolean
  readonly tailLines?: number
  readonly sinceSeconds?: number
  readonly sinceTime?: string
  readonly timestamps?: boolean
  readonly limitBytes?: number
}

export interface ExecQuery {
  readonly argv: readonly string[]
  readonly tty: boolean
  readonly stdin: boolean
}

/** What the API's streams ask of the kubelet. Throws Refusals in the API server's and kubelet's words: a container not found, waiting to start, ... */
export interface KubeletApi {
  /** Bytes as kubectl prints them. */
  logs(pod: Pod, container: string, query: LogQuery, signal: AbortSignal): Promise<AsyncIterable<Uint8Array>>
  exec(pod: Pod, container: string, query: ExecQuery): Promise<Session>
  attach(pod: Pod, container: string, query: Omit<ExecQuery, 'argv'>): Promise<Session>
  /** Bytes to and from a port of the Pod; rejects where nothing listens. */
  forward(pod: Pod, port: number): Promise<Connection>
  /** From the node to an address of the Pods' network; rejects in Go's words where nothing listens. */
  dial(ip: string, port: number): Promise<Connection>
}

// ── Runtime: what CRI is to a kubelet ───────────────────────────────────────────────────────────────────────────────────

export type Id = string

export type Signal =
  | 'SIGHUP'
  | 'SIGINT'
  | 'SIGQUIT'
  | 'SIGKILL'
  | 'SIGUSR1'
  | 'SIGUSR2'
  | 'SIGPIPE'
  | 'SIGALRM'
  | 'SIGTERM'
  | 'SIGCHLD'
  | 'SIGCONT'
  | 'SIGSTOP'
  | 'SIGTSTP'
  | 'SIGTTIN'
  | 'SIGTTOU'
  | 'SIGWINCH'

/** A Pod's shared part: its network, its name, and whether its containers share their processes. */
export interface PodSandbox {
  /** The Pod's UID. */
  readonly pod: Id
  readonly name: string
  readonly namespace: string
  readonly hostname: string
  readonly ip: string
  /** Contents of /etc/hosts and /etc/resolv.conf. */
  readonly hosts: string
  readonly resolvConf: string
  readonly shareProcessNamespace: boolean
  /** Whom its /pause runs as: the Pod's securityContext; its image's own by default. */
  readonly user?: number
  readonly group?: number
}

/** What is mounted. Made before the containers that mount it, under an id of the kubelet's choosing. */
export type VolumeSource =
  /** emptyDir. */
  | { readonly type: 'scratch'; readonly memory: boolean; readonly sizeLimit?: number; readonly fsGroup?: number }
  /** ConfigMap, Secret, downwardAPI, projected: given again with new content, it changes at once as a whole (..data). */
  | {
      readonly type: 'files'
      readonly files: readonly VolumeFile[]
      readonly fsGroup?: number
      /** As Secrets and tokens are kept: shown as a tmpfs. */
      readonly memory?: boolean
    }
  /** A PersistentVolume's or hostPath's folder on the simulated node. */
  | { readonly type: 'disk'; readonly path: string }

export interface VolumeFile {
  /** Relative, with slashes. */
  readonly path: string
  readonly content: Uint8Array
  /** 0o644 */
  readonly mode: number
  /** Its owner, if that is not root. */
  readonly uid?: number
}

export interface VolumeMount {
  readonly volume: Id
  readonly path: string
  readonly subPath?: string
  readonly readOnly: boolean
}

export interface ContainerSpec {
  readonly pod: Id
  readonly name: string
  /** A reference that programs/images.ts knows. */
  readonly image: string
  /** Entrypoint and arguments, after the image's own have been considered. */
  readonly argv: readonly string[]
  readonly env: Readonly<Record<string, string>>
  readonly workingDir?: string
  /** The image's own by default. */
  readonly user?: number
  /** By default the user's in the image's /etc/passwd, else 0. */
  readonly group?: number
  /** Beside those that the image's /etc/group gives the user. */
  readonly groups: readonly number[]
  readonly readOnlyRoot: boolean
  /** /dev/termination-log by default. */
  readonly terminationLog?: string
  readonly tty: boolean
  readonly stdin: boolean
  /** Its input ends with that of the first who attaches. */
  readonly stdinOnce: boolean
  readonly mounts: readonly VolumeMount[]
  /** The container whose processes it sees as its own. */
  readonly target?: Id
}

export interface ContainerExit {
  readonly id: Id
  readonly exitCode: number
  /** The number of the signal that ended it, or 0. */
  readonly signal: number
  readonly reason: 'Completed' | 'Error' | 'OOMKilled'
  /** What it wrote to /dev/termination-log. */
  readonly message: string
  readonly at: number
}

export interface LogLines {
  readonly follow: boolean
  /** From so many before the last one on, and not from the first. */
  readonly tail?: number | undefined
  readonly signal: AbortSignal
}

export interface Line {
  readonly at: number
  readonly stream: 'stdout' | 'stderr'
  /** With its newline, where it has one. */
  readonly data: Uint8Array
}

/** A process that somebody is connected to. */
export interface Session {
  /** null: end of input. Resolves when there is room for more; never rejects. */
  write(data: Uint8Array | null): Promise<void>
  resize(columns: number, rows: number): void
  readonly output: AsyncIterable<{ readonly stream: 'stdout' | 'stderr'; readonly data: Uint8Array }>
  /** The process's exit code, 128 + n after a signal. Rejects with a StartError where it could not be started. */
  readonly exit: Promise<number>
  close(): void
}

export interface Connection {
  /** null: nothing more will come. Resolves when there is room for more. */
  write(data: Uint8Array | null): Promise<void>
  readonly output: AsyncIterable<Uint8Array>
  close(): void
}

/** A container or an exec that could not start, in runc's words; exitCode 127 not found, 126 not executable, 128 else. */
export class StartError extends Error {
  readonly exitCode: number
  constructor(exitCode: number, message: string) {
    super(message)
    this.exitCode = exitCode
  }
}

/** Names and Services as the cluster's DNS and proxy have them now. */
export interface NetworkTable {
  /** Full names without the last dot, to addresses: "web-0.web-headless.default.svc.cluster.local". */
  readonly names: Readonly<Record<string, readonly string[]>>
  /** SRV records: "_http._tcp.web.default.svc.cluster.local" to port and name. */
  readonly services: readonly {
    readonly ip: string
    readonly port: number
    readonly protocol: string
    readonly targets: readonly { readonly ip: string; readonly port: number }[]
  }[]
}

/** The simulated node's containers. Implemented in a worker; everything crosses as messages. */
export interface Runtime {
  openPod(pod: PodSandbox): Promise<void>
  /** Ends what still runs, at once. */
  closePod(pod: Id): Promise<void>
  volume(id: Id, source: VolumeSource): Promise<void>
  removeVolume(id: Id): Promise<void>
  network(table: NetworkTable): Promise<void>
  /** Rejects with a StartError. */
  start(spec: ContainerSpec): Promise<Id>
  signal(id: Id, signal: Signal): Promise<void>
  /** Forgets an ended container, with its log and file system. */
  remove(id: Id): Promise<void>
  exec(id: Id, query: ExecQuery): Session
  attach(id: Id, query: Omit<ExecQuery, 'argv'>): Session
  /** The lines that are there, many at a time; with follow until the container has ended or the signal fires. */
  logs(id: Id, query: LogLines): AsyncIterable<readonly Line[]>
  /** From the node to an address of a Pod: probes. With `inside`, from within that Pod, so that its localhost is meant: port-forward. Rejects with "connection refused" or a time-out in Go's words. */
  connect(ip: string, port: number, inside?: Id): Promise<Connection>
  readonly exits: AsyncIterable<ContainerExit>
  /** Fires when the node's worker has died and come back empty: every container and pod is gone. */
  onReboot(listener: () => void): void
  close(): Promise<void>
}
