// The node's worker: all containers, and nothing else.
import { parentPort, workerData } from 'node:worker_threads'
import { realClock } from '../clock.ts'
import { imageFor } from '../programs/images.ts'
import { LocalRuntime } from './local.ts'
import { serve } from './serve.ts'
import { askingDisk, type DiskLink } from './syncdisk.ts'

/** What the worker is started with. */
export interface NodeData extends DiskLink {
  readonly buffers: number
}

// A program's promise that nobody waits for rejects when its process ends: that is no fault of the node's.
process.on('unhandledRejection', () => {})

if (parentPort !== null) {
  const { buffers, ...link } = workerData as NodeData
  const disk = askingDisk(link)
  serve(new LocalRuntime({ clock: realClock, disk, imageFor, buffers }), parentPort)
  parentPort.postMessage({ type: 'pong' }, [])
}
