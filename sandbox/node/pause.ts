import type { ContainerSpec } from '../contracts.ts'
import { type Pod, RunningContainer, type Surroundings } from './container.ts'
import { nowhere } from './fs/devices.ts'
import type { Program } from './process.ts'

/** Holds a Pod's namespaces, and ends when it is told to. */
export const pause: Program = (process) =>
  new Promise((end, fail) => {
    process.on('SIGTERM', () => end(0))
    process.on('SIGINT', () => end(0))
    process.ending.addEventListener('abort', () => fail(process.ending.reason as Error), { once: true })
  })

const image = { files: [], programs: new Map([['/pause', pause]]), user: '65535:65535', workingDir: '/' }

/** Process 1 of a Pod whose containers share their processes: they end with it. */
export function openPause(pod: Pod, surroundings: Omit<Surroundings, 'image' | 'volumeOf'>): RunningContainer {
  const spec: ContainerSpec = {
    pod: pod.sandbox.pod,
    name: 'POD',
    image: 'pause',
    argv: ['/pause'],
    env: {},
    ...(pod.sandbox.user !== undefined && { user: pod.sandbox.user }),
    ...(pod.sandbox.group !== undefined && { group: pod.sandbox.group }),
    groups: [],
    readOnlyRoot: true,
    tty: false,
    stdin: false,
    stdinOnce: false,
    mounts: [],
  }
  const container = new RunningContainer(spec, pod, { ...surroundings, image, volumeOf: () => undefined })
  const devNull = nowhere(surroundings.clock.now())
  container.run(spec.argv, [devNull, devNull, devNull], undefined)
  return container
}
