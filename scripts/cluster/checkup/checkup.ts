import type { LessonName } from '../../contents.ts'
import type { StorageClass } from '../facts.ts'
import type { Locality } from '../locality.ts'
import type { Obstacle } from '../preflight/index.ts'

/** What `kubectl tour doctor -o json` prints. What this user may not see is null. */
export interface Checkup {
  /** Of the tour. */
  readonly version: string
  readonly target: {
    readonly context: string
    readonly server: string
    /** The user as the cluster sees them; as the kubeconfig names them where it does not say. */
    readonly user: string
    /** The namespace given with -n; null where each lesson gets one of its own. */
    readonly namespace: string | null
  }
  readonly locality: Locality
  /** In the sandbox, what it does not model; null on a cluster. */
  readonly notModelled: string | null
  readonly versions: Versions
  readonly nodes: readonly Node[] | null
  readonly storage: {
    readonly class: StorageClass | null
    readonly classes: readonly string[] | null
    /** Whether this user may see volumes: without it, claims about them are not proven here. */
    readonly volumesVisible: boolean
  }
  /** The level that the namespace given with -n enforces by its label; null where it has none, or none was given. */
  readonly podSecurity: { readonly enforce: string | null; readonly visible: boolean }
  /** The quotas of the namespace given with -n; empty without it. */
  readonly quota: readonly QuotaLine[] | null
  readonly dns: Dns
  readonly plugin: Plugin
  readonly lessons: readonly LessonCheckup[]
  readonly canPlay: boolean
}

export interface Versions {
  readonly kubectl: string
  readonly server: string
  /** One sentence where they are further apart than Kubernetes supports; else null. */
  readonly skew: string | null
}

export interface Node {
  readonly name: string
  readonly version: string
  readonly ready: boolean
  readonly schedulable: boolean
}

export interface QuotaLine {
  readonly quota: string
  readonly resource: string
  readonly hard: string
  readonly used: string
}

export interface Dns {
  readonly state: 'ready' | 'notReady' | 'notFound' | 'notVisible'
  /** namespace/name of the DNS Service, where there is one. */
  readonly service: string | null
  readonly readyEndpoints: number | null
}

export interface Plugin {
  /** Every kubectl-tour on PATH, in PATH's order: kubectl runs the first. */
  readonly paths: readonly string[]
  /** One sentence where that is not this one, or not the only one; else null. */
  readonly problem: string | null
}

export interface LessonCheckup {
  readonly lesson: LessonName
  readonly title: string
  readonly namespace: string
  readonly canPlay: boolean
  readonly obstacles: readonly Obstacle[]
  readonly notes: readonly string[]
}
