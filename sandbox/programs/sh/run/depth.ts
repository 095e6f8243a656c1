import { Exit } from '../control.ts'
import type { Shell } from '../shell.ts'

/** Where the stack of the real one is used up: it dies of SIGSEGV. */
const deepest = 1000

/** Function calls, evals and sourced files inside each other. */
export async function deeper(shell: Shell, work: () => Promise<number>): Promise<number> {
  if (shell.depth >= deepest) throw new Exit(139)
  shell.depth += 1
  try {
    return await work()
  } finally {
    shell.depth -= 1
  }
}
