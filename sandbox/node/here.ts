import type { Clock } from '../clock.ts'
import type { Image } from '../programs/image.ts'
import { HostDisk } from './disks.ts'
import { LocalRuntime } from './local.ts'

/** The node in this thread, on whatever clock and with whatever images: for tests. */
export function startNodeHere(options: {
  readonly clock: Clock
  readonly disks: string
  readonly imageFor: (reference: string) => Image
}): { readonly runtime: LocalRuntime; readonly disk: HostDisk } {
  const disk = new HostDisk(options.disks)
  return { runtime: new LocalRuntime({ clock: options.clock, disk, imageFor: options.imageFor }), disk }
}
