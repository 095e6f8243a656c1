import type { Call } from './applet.ts'
import { decode, splitLines } from './bytes.ts'

/** Names and numbers of /etc/passwd or /etc/group. */
export interface Accounts {
  readonly nameOf: (id: number) => string | undefined
  readonly idOf: (name: string) => number | undefined
}

export async function accounts(call: Call, file: 'passwd' | 'group'): Promise<Accounts> {
  const text = await call.files.read(`/etc/${file}`).then(decode, () => '')
  const pairs = splitLines(text).map((line) => line.split(':'))
  const names = new Map(pairs.map(([name = '', , id]) => [Number(id), name]))
  const ids = new Map(pairs.map(([name = '', , id]) => [name, Number(id)]))
  return { nameOf: (id) => names.get(id), idOf: (name) => (/^\d+$/.test(name) ? Number(name) : ids.get(name)) }
}
