import { errno } from '../errno.ts'
import { Handle } from '../kernel/handle.ts'
import type { Task } from '../kernel/task.ts'
import type { Listener, Net, Socket } from '../process.ts'
import { answer, hosted, isAddress, searched } from './dns.ts'
import type { Address, ListeningSocket, SocketEnd } from './socket.ts'

/** A process's view of its Pod's network. */
export class TaskNet implements Net {
  readonly #task: Task

  constructor(task: Task) {
    this.#task = task
  }

  get address(): string {
    return this.#task.container.network.ip
  }

  async connect(host: string, port: number): Promise<Socket> {
    await this.#task.enter()
    const [address] = isAddress(host) ? [host] : await this.lookup(host)
    if (address === undefined) throw errno('EAI_NONAME')
    const { container, ending } = this.#task
    return new SocketHandle(
      this.#task,
      await this.#task.waiting(container.net.connect(container.network, address, port, ending)),
    )
  }

  async listen(port: number, address = '0.0.0.0'): Promise<Listener> {
    await this.#task.enter()
    const { container, credentials } = this.#task
    if (port > 0 && port < 1024 && credentials.uid !== 0) throw errno('EACCES')
    return new ListenerHandle(this.#task, container.network.listen(address, port, container.clock.now()))
  }

  async resolve(name: string, type: 'A' | 'AAAA' | 'SRV' | 'PTR'): ReturnType<Net['resolve']> {
    await this.#task.enter()
    return answer(this.#task.container.net.table, name, type)
  }

  async lookup(name: string): Promise<readonly string[]> {
    await this.#task.enter()
    if (isAddress(name)) return [name]
    const { mounts, net } = this.#task.container
    const known = hosted(name, mounts.text('/etc/hosts'))
    if (known.length > 0) return known
    for (const asked of searched(name, mounts.text('/etc/resolv.conf'))) {
      const { answers } = answer(net.table, asked, 'A')
      if (answers.length > 0) return answers
    }
    return []
  }
}

class SocketHandle extends Handle implements Socket {
  readonly local: Address
  readonly remote: Address
  readonly #end: SocketEnd

  constructor(task: Task, end: SocketEnd) {
    super(task, end)
    this.#end = end
    this.local = end.local
    this.remote = end.remote
  }

  end(): void {
    this.#end.end()
  }
}

class ListenerHandle extends Handle implements Listener {
  readonly #listening: ListeningSocket

  constructor(task: Task, listening: ListeningSocket) {
    super(task, listening)
    this.#listening = listening
  }

  async accept(): Promise<Socket> {
    await this.task.enter()
    const end = await this.task.waiting(this.#listening.accept(this.task))
    const handle = new SocketHandle(this.task, end)
    end.drop()
    return handle
  }
}
