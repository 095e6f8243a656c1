import { realpath } from 'node:fs/promises'
import { sep } from 'node:path'
import which from 'which'
import type { Plugin } from './checkup.ts'

/** Which kubectl-tour kubectl would run, and whether that is the one of this folder. */
export async function pluginOn(path: string, folder: string): Promise<Plugin> {
  const found = (await which('kubectl-tour', { path, all: true, nothrow: true })) ?? []
  const real = await Promise.all(found.map((each) => realpath(each)))
  const here = await realpath(folder)
  // One file by two ways is one plugin: /bin is often a link to /usr/bin.
  const paths = found.filter((_, index) => real.indexOf(real[index] ?? '') === index)
  const [first, ...others] = paths
  if (first === undefined) return { paths, problem: 'There is no kubectl-tour on PATH: kubectl tour will not find it.' }
  if (!(real[0] ?? '').startsWith(here + sep))
    return { paths, problem: `kubectl tour runs ${first}, and this is another, of ${here}.` }
  if (others.length > 0) return { paths, problem: `kubectl tour runs ${first}, which hides ${others.join(' and ')}.` }
  return { paths, problem: null }
}
