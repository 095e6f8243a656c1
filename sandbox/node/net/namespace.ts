import { errno } from '../errno.ts'
import { nextNamespace } from '../kernel/description.ts'
import { ListeningSocket } from './socket.ts'

const firstEphemeral = 32_768
const lastEphemeral = 60_999
const anywhere = '0.0.0.0'

/** A Pod's network: its address, its loopback, and who listens there. */
export class NetworkNamespace {
  readonly number = nextNamespace()
  readonly ip: string
  readonly #listeners = new Set<ListeningSocket>()
  #lastPort = firstEphemeral - 1

  constructor(ip: string) {
    this.ip = ip
    // Its uts and ipc namespaces are the Pod's, too, and have the numbers after it.
    nextNamespace()
    nextNamespace()
  }

  listen(address: string, port: number, at: number): ListeningSocket {
    const own =
      address === '' || address === '::' || address === '*' ? anywhere : address === 'localhost' ? '127.0.0.1' : address
    if (own !== anywhere && !this.isOwn(own)) throw errno('EADDRNOTAVAIL')
    const taken = (candidate: number) =>
      [...this.#listeners].some(
        (other) =>
          other.port === candidate && (other.address === own || own === anywhere || other.address === anywhere),
      )
    if (port !== 0 && taken(port)) throw errno('EADDRINUSE')
    const free = () => {
      let candidate = this.ephemeralPort()
      while (taken(candidate)) candidate = this.ephemeralPort()
      return candidate
    }
    const listener = new ListeningSocket(own, port === 0 ? free() : port, at, (gone) => this.#listeners.delete(gone))
    this.#listeners.add(listener)
    return listener
  }

  listenerAt(address: string, port: number): ListeningSocket | undefined {
    return [...this.#listeners].find(
      (listener) => listener.port === port && (listener.address === anywhere || listener.address === address),
    )
  }

  isOwn(address: string): boolean {
    return address === this.ip || address.startsWith('127.') || address === '::1'
  }

  ephemeralPort(): number {
    this.#lastPort = this.#lastPort >= lastEphemeral ? firstEphemeral : this.#lastPort + 1
    return this.#lastPort
  }
}
