// The node's worker: all containers, and nothing else.
import { parentPort, workerData } from 'node:worker_threads'
import { realClock } from '../clock.ts'
import { imageFor } from '../programs/images.ts'
import { LocalRuntime } from './local.ts'
import { serve } from './serve.ts'
import { askingDisk, type DiskLink } from './syncdisk.ts'

if (parentPort !== null) {
  const disk = askingDisk(workerData as DiskLink)
  serve(new LocalRuntime({ clock: realClock, disk, imageFor }), parentPort)
  parentPort.postMessage({ type: 'pong' }, [])
}
