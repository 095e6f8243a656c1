import type { Process } from '../../node/process.ts'
import { type Parsed, parseOptions, WrongOption } from '../applets/options.ts'
import type { Target } from './client.ts'

/** Long names, as psql and pg_isready have them. */
const long: Readonly<Record<string, string>> = {
  host: 'h',
  port: 'p',
  username: 'U',
  dbname: 'd',
  command: 'c',
  file: 'f',
  'tuples-only': 't',
  'no-align': 'A',
  expanded: 'x',
  'field-separator': 'F',
  csv: 'k',
  pset: 'P',
  quiet: 'q',
  list: 'l',
  set: 'v',
  variable: 'v',
  'no-psqlrc': 'X',
  'no-password': 'w',
  version: 'V',
  timeout: 't',
}

/** Options and environment as every libpq program reads them; or what is wrong with them. */
export function libpqOptions(process: Process, name: string, letters: string) {
  try {
    const parsed = parseOptions(process.argv.slice(1), `${letters}h:p:U:d:`, long)
    return { ...targetOf(process, parsed), ...parsed }
  } catch (error) {
    if (!(error instanceof WrongOption)) throw error
    return { complaint: `${name}: ${error.message}\n${name}: hint: Try "${name} --help" for more information.\n` }
  }
}

function targetOf({ env, uid }: Process, { options, words }: Parsed) {
  const last = (letter: string) => options.get(letter)?.at(-1)
  const left = [...words]
  const database = last('d') ?? left.shift()
  const uri = /^postgres(?:ql)?:\/\/(?:([^:@/]*)(?::([^@/]*))?@)?([^:/?]*)(?::(\d+))?(?:\/([^?]*))?/.exec(
    database ?? '',
  )
  const of = (at: number) => (uri?.[at] ? decodeURIComponent(uri[at]) : undefined)
  const user = of(1) ?? last('U') ?? (uri === null ? left.shift() : undefined) ?? env.get('PGUSER') ?? userName(uid)
  const target: Target = {
    user,
    database: (uri === null ? database : of(5)) || env.get('PGDATABASE') || user,
    password: of(2) ?? env.get('PGPASSWORD'),
    host: of(3) ?? last('h') ?? env.get('PGHOST') ?? '',
    port: Number(of(4) ?? last('p') ?? env.get('PGPORT') ?? 5432),
  }
  return { target, ignored: left }
}

/** Of the image's /etc/passwd. */
const userName = (uid: number) => (uid === 0 ? 'root' : uid === 999 ? 'postgres' : String(uid))
