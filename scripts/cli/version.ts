import { exit } from '../cluster/problem.ts'
import { packageVersion } from '../package.ts'
import type { World } from './world.ts'

/** `kubectl tour version`. */
export function version({ json }: { readonly json: boolean }, { stdout }: World): number {
  const number = packageVersion()
  stdout.write(json ? `${JSON.stringify({ version: number, node: process.version })}\n` : `kubectl-tour ${number}\n`)
  return exit.done
}
