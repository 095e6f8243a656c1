import { minorOf } from '../facts.ts'
import type { Versions } from './checkup.ts'

/** kubectl supports servers one minor version older or newer than itself. */
export function versionsOf(kubectl: string, server: string): Versions {
  const [mine, theirs] = [minorOf(kubectl), minorOf(server)]
  const apart = Math.abs(mine - theirs)
  if (mine === 0 || theirs === 0 || apart <= 1) return { kubectl, server, skew: null }
  const side = mine < theirs ? 'older' : 'newer'
  const skew = `kubectl is ${apart} minor versions ${side} than the server, and one is supported: install kubectl 1.${theirs}, or name one with --kubectl.`
  return { kubectl, server, skew }
}
