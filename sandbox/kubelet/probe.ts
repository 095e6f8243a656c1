import type { V1Probe } from '@kubernetes/client-node'
import type { Wire } from '../kubernetes.ts'
import { run } from './command.ts'
import { dial, get, portOf } from './http.ts'
import { type Kubelet, messageOf } from './kubelet.ts'
import { type Container, isRunning, type Known, type PodState } from './state.ts'
import { TimedOut, within } from './time-limit.ts'

/** undefined: it could not be asked. */
interface Answer {
  readonly well: boolean | undefined
  readonly why: string
}

const good: Answer = { well: true, why: '' }

/** One question, in the words of pkg/probe. */
export async function probeOnce(
  kubelet: Kubelet,
  { ip = '' }: PodState,
  known: Known,
  container: Container,
  probe: Wire<V1Probe>,
  signal: AbortSignal,
): Promise<Answer> {
  const { runtime, world } = kubelet
  const { exec, httpGet, tcpSocket, timeoutSeconds = 1 } = probe
  const limited = <T>(work: (signal: AbortSignal) => Promise<T>) =>
    within(world.clock, timeoutSeconds * 1000, signal, work)

  if (exec !== undefined) {
    if (!isRunning(known)) return { well: undefined, why: '' }
    const { id } = known.state
    const argv = exec.command ?? []
    try {
      const { code, output } = await limited((limit) => run(runtime, id, argv, limit))
      return code === 0 ? good : { well: false, why: output }
    } catch (error) {
      if (error instanceof TimedOut)
        return {
          well: false,
          why: `command timed out: ${JSON.stringify(argv.join(' '))} timed out after ${timeoutSeconds}s`,
        }
      return { well: undefined, why: execWords(messageOf(error), id) }
    }
  }
  try {
    if (httpGet !== undefined) {
      const { status } = await limited((limit) => get(runtime, container, ip, httpGet, 'kube-probe/1.34', limit))
      if (status >= 200 && status < 400) return good
      return { well: false, why: `HTTP probe failed with statuscode: ${status}` }
    }
    if (tcpSocket === undefined) return { well: undefined, why: 'missing probe handler: not modelled in the sandbox' }
    const host = tcpSocket.host || ip
    const port = portOf(container, tcpSocket.port)
    const connection = await limited((limit) => dial(runtime, host, port, limit))
    connection.close()
    return good
  } catch (error) {
    return { well: false, why: messageOf(error) }
  }
}

/** What containerd makes of runc's refusal to start a process in a container. */
function execWords(message: string, id: string): string {
  const runc = message.startsWith('unable to start') ? message : `unable to start container process: ${message}`
  const whole = message.startsWith('OCI runtime') ? message : `OCI runtime exec failed: exec failed: ${runc}`
  const unknown = whole.endsWith(': unknown') ? '' : ': unknown'
  return `rpc error: code = Unknown desc = failed to exec in container: failed to start exec "${id}": ${whole}${unknown}`
}
