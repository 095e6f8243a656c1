import type { Program } from '../node/process.ts'

/** What an image's configuration says, and the files and programs in it. */
export interface Image {
  /** docker.io/library/busybox:1.36 */
  readonly reference: string
  /** sha256:... of its manifest: status.containerStatuses[].imageID ends in it. */
  readonly digest: string
  readonly size: number
  readonly entrypoint: readonly string[]
  readonly command: readonly string[]
  readonly env: Readonly<Record<string, string>>
  readonly workingDir: string
  /** A number, or a name of its /etc/passwd. */
  readonly user: string
  readonly stopSignal: 'SIGTERM' | 'SIGQUIT' | 'SIGINT'
  /** The image's own files; directories are made for them. */
  readonly files: readonly ImageFile[]
  /** Programs by absolute path: what execve finds there. */
  readonly programs: ReadonlyMap<string, Program>
}

export interface ImageFile {
  readonly path: string
  /** A file's text, where a link leads, or 'directory'. */
  readonly content: string | { readonly link: string }
  /** 0o644 for a file and 0o755 for a directory by default; root's unless said otherwise. */
  readonly mode?: number
  readonly uid?: number
  readonly gid?: number
}

/** The image's configuration without its programs: what the kubelet needs, beside the node's worker. */
export type ImageConfig = Omit<Image, 'programs' | 'files'>
