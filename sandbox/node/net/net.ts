import { errno } from '../errno.ts'
import type { Task } from '../kernel/task.ts'
import type { Listener, Net, Socket } from '../process.ts'

export class TaskNet implements Net {
  readonly #task: Task

  constructor(task: Task) {
    this.#task = task
  }

  get address(): string {
    return this.#task.container.network.ip
  }

  connect(): Promise<Socket> {
    return Promise.reject(errno('ECONNREFUSED'))
  }

  listen(): Promise<Listener> {
    return Promise.reject(errno('EADDRINUSE'))
  }

  resolve(): ReturnType<Net['resolve']> {
    return Promise.resolve({ code: 'NXDOMAIN', answers: [] })
  }

  lookup(): Promise<readonly string[]> {
    return Promise.resolve([])
  }
}
