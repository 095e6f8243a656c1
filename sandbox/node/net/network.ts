import type { Clock } from '../../clock.ts'
import type { NetworkTable } from '../../contracts.ts'
import { errno } from '../errno.ts'
import { NetworkNamespace } from './namespace.ts'
import { connected, type SocketEnd } from './socket.ts'

/** Where nobody answers: the time that Linux takes to say so. */
const unreachableAfter = 3_000
const timedOutAfter = 127_000

/** What joins the Pods: their addresses and the Services' as the cluster's proxy has them. Nothing leads out of it. */
export class Network {
  readonly #clock: Clock
  readonly #pods = new Map<string, NetworkNamespace>()
  table: NetworkTable = { names: {}, services: [] }

  constructor(clock: Clock) {
    this.#clock = clock
  }

  add(ip: string): NetworkNamespace {
    const namespace = new NetworkNamespace(ip)
    this.#pods.set(ip, namespace)
    return namespace
  }

  remove(namespace: NetworkNamespace): void {
    if (this.#pods.get(namespace.ip) === namespace) this.#pods.delete(namespace.ip)
  }

  /** `from` is undefined for the node itself. */
  async connect(
    from: NetworkNamespace | undefined,
    address: string,
    port: number,
    ending: AbortSignal,
  ): Promise<SocketEnd> {
    const target = await this.#route(from, address, port, ending)
    const listener = target.namespace.listenerAt(target.address, target.port)
    if (listener === undefined) throw errno('ECONNREFUSED')
    const local = from === target.namespace ? target.address : (from?.ip ?? '10.244.0.1')
    const client = { address: local, port: (from ?? target.namespace).ephemeralPort() }
    const [here, there] = connected(client, { address: target.address, port: target.port }, this.#clock.now())
    if (listener.offer(there)) return here
    await this.#silence(timedOutAfter, ending)
    throw errno('ETIMEDOUT')
  }

  async #route(from: NetworkNamespace | undefined, to: string, port: number, ending: AbortSignal) {
    const address = to === '0.0.0.0' || to === '::1' || to === '::' ? '127.0.0.1' : to
    if (from?.isOwn(address) === true) return { namespace: from, address, port }
    const service = this.#service(address, port)
    if (service === 'silent') {
      await this.#silence(timedOutAfter, ending)
      throw errno('ETIMEDOUT')
    }
    const target = service ?? { ip: address, port }
    const namespace = this.#pods.get(target.ip)
    if (namespace !== undefined) return { namespace, address: target.ip, port: target.port }
    // The node, and on it the API server: not to be reached from within.
    if (service !== undefined || target.ip.startsWith('172.18.') || target.ip.startsWith('127.'))
      throw errno('ECONNREFUSED')
    if (!target.ip.startsWith('10.244.')) throw errno('ENETUNREACH')
    await this.#silence(unreachableAfter, ending)
    throw errno('EHOSTUNREACH')
  }

  /** One of a Service's ready Pods, by chance; refused where there is none, as kube-proxy does, and silence on a port that it does not have. */
  #service(ip: string, port: number): { readonly ip: string; readonly port: number } | 'silent' | undefined {
    const ofIp = this.table.services.filter((service) => service.ip === ip)
    if (ofIp.length === 0) return undefined
    const service = ofIp.find((candidate) => candidate.port === port && candidate.protocol !== 'UDP')
    if (service === undefined) return 'silent'
    const target = service.targets[Math.floor(Math.random() * service.targets.length)]
    if (target === undefined) throw errno('ECONNREFUSED')
    return target
  }

  async #silence(milliseconds: number, ending: AbortSignal): Promise<void> {
    await this.#clock.sleep(milliseconds, ending)
  }
}
