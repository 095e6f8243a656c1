import type { V1LifecycleHandler } from '@kubernetes/client-node'
import type { Id } from '../contracts.ts'
import type { Pod, Wire } from '../kubernetes.ts'
import { run } from './command.ts'
import { get } from './http.ts'
import { formatPod, type Kubelet, messageOf } from './kubelet.ts'
import { specOf } from './state.ts'

type Handler = Wire<V1LifecycleHandler>

/** Runs a lifecycle hook of a running container; rejects in the words of pkg/kubelet/lifecycle/handlers.go. */
export async function runHook(
  { runtime, world }: Kubelet,
  pod: Pod,
  name: string,
  id: Id,
  ip: string,
  hook: Handler,
  signal: AbortSignal,
): Promise<void> {
  const { exec, httpGet, sleep } = hook
  const about = `for Container "${name}" in Pod "${formatPod(pod)}" failed - error:`
  if (sleep !== undefined) return world.clock.sleep(sleep.seconds * 1000, signal)
  if (exec !== undefined) {
    const argv = exec.command ?? []
    const kind = `Exec lifecycle hook ([${argv.join(' ')}]) ${about}`
    const outcome = await run(runtime, id, argv, signal).catch((error: unknown) => {
      throw new Error(`${kind} ${messageOf(error)}, message: ""`)
    })
    if (outcome.code === 0) return
    throw new Error(
      `${kind} command '${argv.join(' ')}' exited with ${outcome.code}: , message: ${JSON.stringify(outcome.output)}`,
    )
  }
  if (httpGet === undefined) return
  const kind = `HTTP lifecycle hook (${httpGet.path ?? ''}) ${about}`
  const answer = await get(runtime, specOf({ pod }, name), ip, httpGet, 'kube-lifecycle/1.34', signal).catch(
    (error: unknown) => {
      throw new Error(`${kind} ${messageOf(error)}`)
    },
  )
  if (answer.status < 200 || answer.status >= 400)
    throw new Error(`${kind} HTTP probe failed with statuscode: ${answer.status}`)
}
