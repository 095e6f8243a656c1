import { randomBytes } from 'node:crypto'
import { type Id, StartError } from '../contracts.ts'
import type { Exit } from './exits.ts'
import { CannotStart } from './failures.ts'
import { runHook } from './hooks.ts'
import { digestedName } from './images.ts'
import { type Kubelet, messageOf, tell } from './kubelet.ts'
import { lastWords } from './last-words.ts'
import { startProbes } from './probes.ts'
import { containerSpec } from './spec.ts'
import { type Container, type Ended, type EphemeralContainer, isRunning, type Known, type PodState } from './state.ts'
import { stop } from './stop.ts'

/** Pulls, makes and starts one container, up to its postStart hook. Throws a CannotStart. */
export async function start(
  kubelet: Kubelet,
  state: PodState,
  known: Known,
  container: Container,
  changed: () => void,
  signal: AbortSignal,
): Promise<void> {
  const { world, runtime, images } = kubelet
  const { pod, ip = '' } = state
  const { name } = known
  const say = (type: 'Normal' | 'Warning', reason: string, message: string) =>
    tell(kubelet, pod, { type, reason, message, container: name })

  const image = await images.get(kubelet, pod, container, signal)
  const spec = { ...containerSpec(kubelet, pod, container, image, ip), ...targetOf(state, container) }
  signal.throwIfAborted()
  const created = () => {
    say('Normal', 'Created', `Created container: ${name}`)
    if (known.state?.type === 'terminated') known.last = known.state.ended
    known.made += 1
    known.image = image.reference
    known.imageID = digestedName(image)
    known.specImage = container.image
    known.stopSignal = image.stopSignal
    known.unhealthy = undefined
    known.started = known.ready = false
  }
  let id: Id
  try {
    id = await runtime.start(spec)
  } catch (error) {
    if (!(error instanceof StartError)) throw new CannotStart('CreateContainerError', messageOf(error))
    created()
    const message = runcWords(error.message)
    const at = world.clock.now()
    const containerID = containerIdOf(randomBytes(32).toString('hex'))
    known.last = { containerID, exitCode: 128, reason: 'StartError', message, startedAt: 0, finishedAt: at }
    known.state = undefined
    throw new CannotStart('RunContainerError', message)
  }

  created()
  const forgotten = known.previous
  known.previous = known.id
  known.id = id
  const containerID = containerIdOf(id)
  const startedAt = world.clock.now()
  known.state = { type: 'running', id, containerID, startedAt }
  const run = new AbortController()
  known.exited = new Promise<Exit>((done) => kubelet.exits.expect(id, done))
    .then((exit) => endedAs(kubelet, container, id, { containerID, startedAt }, exit))
    .then((ended) => {
      known.state = { type: 'terminated', ended }
      known.started = known.ready = false
      run.abort()
      changed()
    })
  say('Normal', 'Started', `Started container ${name}`)
  if (forgotten !== undefined) await runtime.remove(forgotten)

  const hook = container.lifecycle?.postStart
  if (hook !== undefined)
    try {
      await runHook(kubelet, pod, name, id, ip, hook, AbortSignal.any([signal, run.signal]))
    } catch (error) {
      signal.throwIfAborted()
      say('Warning', 'FailedPostStartHook', 'PostStartHook failed')
      await stop(kubelet, state, known, { why: 'FailedPostStartHook', grace: () => graceOf(state) })
      throw new CannotStart('PostStartHookError', messageOf(error))
    }
  if (isRunning(known)) startProbes(kubelet, state, known, container, changed, run.signal)
}

/** Whose processes an ephemeral container is to see. */
function targetOf({ containers }: PodState, container: Container): { readonly target?: Id } {
  const { targetContainerName: wanted = '' } = container as EphemeralContainer
  if (wanted === '') return {}
  const target = containers.find(({ name }) => name === wanted)
  if (target?.id === undefined)
    throw new CannotStart('CreateContainerConfigError', `unable to find target container ${wanted}`)
  return { target: target.id }
}

const graceOf = ({ pod }: PodState) => pod.spec?.terminationGracePeriodSeconds ?? 30

async function endedAs(
  kubelet: Kubelet,
  container: Container,
  id: Id,
  run: Pick<Ended, 'containerID' | 'startedAt'>,
  exit: Exit,
): Promise<Ended> {
  const { exitCode, reason, at } = exit
  const wantsLog =
    container.terminationMessagePolicy === 'FallbackToLogsOnError' && exit.message === '' && exitCode !== 0
  const message = wantsLog ? await lastWords(kubelet.runtime, id).catch(() => '') : exit.message
  // A signal shows in the exit code only, as containerd tells it.
  return { ...run, exitCode, reason, message: message.slice(0, 4096), finishedAt: at }
}

const containerIdOf = (id: string) => `simulated://${id}`

const prefix =
  'failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: '

/** What containerd makes of runc's refusal. */
function runcWords(message: string): string {
  if (message.startsWith('failed to create')) return message
  const own = message.startsWith('unable to start') ? message : `unable to start container process: ${message}`
  return `${prefix}${own}${own.endsWith(': unknown') ? '' : ': unknown'}`
}
