import type { Process } from '../../node/process.ts'
import type { Target } from './client.ts'

interface Accepted {
  /** Letters that take a value, beside h, p, U and d. */
  readonly value: string
  readonly flags: string
}

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
  quiet: 'q',
  list: 'l',
  set: 'v',
  'no-psqlrc': 'X',
  version: 'V',
}

interface Parsed {
  readonly target: Target
  readonly flags: ReadonlySet<string>
  /** In the order in which they were given. */
  readonly values: readonly (readonly [letter: string, value: string])[]
  /** Operands that are too many. */
  readonly ignored: readonly string[]
}

/** Options and environment as every libpq program reads them. */
export function libpqOptions(
  process: Process,
  name: string,
  { value, flags: flagLetters }: Accepted,
): Parsed | { readonly complaint: string } {
  const takes = `${value}hpUd`
  const flags = new Set<string>()
  const values: [string, string][] = []
  const operands: string[] = []
  const words = process.argv.slice(1)
  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    if (word === '--') {
      operands.push(...words.splice(0))
    } else if (word.startsWith('--')) {
      const [key = '', ...rest] = word.slice(2).split('=')
      const letter = long[key] ?? ''
      if (letter !== '' && takes.includes(letter)) {
        const given = rest.length > 0 ? rest.join('=') : words.shift()
        if (given === undefined) return { complaint: `${name}: option '--${key}' requires an argument\n` }
        values.push([letter, given])
      } else if (letter !== '' && flagLetters.includes(letter)) flags.add(letter)
      else return { complaint: `${name}: unrecognized option '${word}'\n` }
    } else if (word.startsWith('-') && word !== '-') {
      for (let at = 1; at < word.length; at += 1) {
        const letter = word[at] ?? ''
        if (takes.includes(letter)) {
          const given = at + 1 < word.length ? word.slice(at + 1) : words.shift()
          if (given === undefined) return { complaint: `${name}: option requires an argument -- '${letter}'\n` }
          values.push([letter, given])
          break
        }
        if (!flagLetters.includes(letter)) return { complaint: `${name}: invalid option -- '${letter}'\n` }
        flags.add(letter)
      }
    } else operands.push(word)
  }
  return { ...targetOf(process, values, operands), flags, values }
}

function targetOf({ env, uid }: Process, values: readonly (readonly [string, string])[], operands: readonly string[]) {
  const last = (letter: string) => values.findLast(([name]) => name === letter)?.[1]
  const left = [...operands]
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
