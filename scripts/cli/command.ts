import type { Connection } from '../cluster/connection.ts'
import type { LessonName } from '../contents.ts'

/** What every command that touches a cluster is told. */
interface OnCluster {
  readonly connection: Connection
  /** Play in the sandbox, whatever kubectl is pointed at. */
  readonly sandbox: boolean
  /** Never ask anything. */
  readonly input: boolean
  readonly colour: boolean
}

export interface Play extends OnCluster {
  readonly command: 'play'
  readonly sections: readonly LessonName[]
  readonly auto: boolean
  readonly yes: boolean
  readonly keep: boolean
  readonly from: string | undefined
  readonly parallel: boolean
  /** Milliseconds for one wait. */
  readonly timeout: number
  readonly storageClass: string | undefined
  readonly registry: string | undefined
  readonly images: Readonly<Record<string, string>>
  readonly dryRun: boolean
  readonly json: boolean
  readonly junit: string | undefined
}

export interface Clean extends OnCluster {
  readonly command: 'clean'
  readonly sections: readonly LessonName[]
  readonly all: boolean
  readonly yes: boolean
  readonly dryRun: boolean
  readonly json: boolean
  readonly timeout: number
}

export interface Status extends OnCluster {
  readonly command: 'status'
  readonly json: boolean
}

/** `kubectl tour sandbox [ACTION]`: without one, a shell of the learner's own in a fresh sandbox. */
export interface SandboxCommand {
  readonly command: 'sandbox'
  readonly action: 'shell' | 'start' | 'status' | 'stop'
  /** Print what points a shell at it. */
  readonly exported: boolean
}

export interface Doctor extends OnCluster {
  readonly command: 'doctor'
  readonly json: boolean
  readonly storageClass: string | undefined
}

/** argv as a value: what to do, before anything is done. A mistake is a value too. */
export type Command =
  | Play
  | Clean
  | Status
  | Doctor
  | SandboxCommand
  | (Omit<Play, 'command' | 'sections'> & { readonly command: 'menu' })
  | { readonly command: 'list'; readonly json: boolean }
  | { readonly command: 'completion'; readonly shell: string }
  | { readonly command: 'version'; readonly json: boolean }
  | { readonly command: 'help'; readonly text: string }
  | { readonly command: 'mistake'; readonly sentence: string; readonly wayOut: string }
