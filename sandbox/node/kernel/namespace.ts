import type { Task } from './task.ts'

let namespaces = 4_026_532_000
/** The number in "pid:[4026532177]". */
export const nextNamespace = (): number => (namespaces += 1)

/** The processes that see each other. When the first one ends, so do all others: pid_namespaces(7). */
export class PidNamespace {
  readonly number = nextNamespace()
  readonly tasks = new Map<number, Task>()
  #last = 0

  add(task: Task): number {
    do this.#last = this.#last >= 4_194_304 ? 2 : this.#last + 1
    while (this.tasks.has(this.#last))
    this.tasks.set(this.#last, task)
    return this.#last
  }

  get init(): Task | undefined {
    return this.tasks.get(1)
  }

  inGroup(group: number): readonly Task[] {
    return [...this.tasks.values()].filter((task) => task.group === group)
  }

  stoppedIn(session: number): readonly number[] {
    return [...this.tasks.values()].filter((task) => task.session === session && task.stopped).map(({ group }) => group)
  }

  childrenOf(pid: number): readonly Task[] {
    return [...this.tasks.values()].filter((task) => task.parent === pid)
  }
}
