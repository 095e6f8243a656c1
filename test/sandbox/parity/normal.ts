import type { Case, Transcript } from './case.ts'

/** A transcript in which what any cluster would name in its own way is named by its first appearance. */
export interface Normal {
  readonly said: readonly NormalSaid[]
  /** Every field of every object: "Pod/web-0 status.phase" to its value, as JSON. */
  readonly state: Readonly<Record<string, string>>
}

export interface NormalSaid {
  readonly command: string
  readonly exitCode: number
  /** Lines, in cells. */
  readonly stdout: readonly (readonly string[])[]
  readonly stderr: readonly (readonly string[])[]
}

/** What is renamed, so that equality survives: its pattern, and what it becomes. */
const named: readonly (readonly [RegExp, string])[] = [
  [/-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----/gs, 'CERTIFICATE'],
  [/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/g, 'UID'],
  [/\b(?:containerd|simulated):\/\/[0-9a-f]{64}\b/g, 'CONTAINER'],
  [/\b(?:[a-z0-9./-]+@)?sha256:[0-9a-f]{64}\b/g, 'DIGEST'],
  [/\b(?:10|172|192)\.\d{1,3}\.\d{1,3}\.\d{1,3}\b/g, 'IP'],
  [/\bkube-api-access-[a-z0-9]{5}\b/g, 'TOKENVOLUME'],
  // A Pod of a Deployment, its ReplicaSet, and the hash in both.
  [/(?<=-)[a-z0-9]{8,10}-[a-z0-9]{5}\b/g, 'POD'],
  [/(?<=[-=:" ])(?=[a-z0-9]*\d)[bcdfghjklmnpqrstvwxz2456789]{8,10}\b/g, 'HASH'],
]

export const times =
  /\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z?\b|\b[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} [\d:]{8} \+0000\b/g
const age = /^(?:<unknown>|(?:\d+d)?(?:\d+h)?(?:\d+m)?(?:\d+(?:\.\d+)?s)?)$/

/** Fields that two clusters never agree on, and of which nothing is claimed. */
export const never = /(^|\.)(managedFields|resourceVersion|nodeName|hostIP|hostIPs|creationTimestamp)(\.|$)/

/** What kubectl's WebSocket client says when its streams are set up too late for a message; it may then have dropped output. */
const dropped = /^E\d{4} .* Unknown stream id \d+, discarding message\n/gm

export function normal({ said, state }: Omit<Transcript, 'histories'>, { ignore = [] }: Pick<Case, 'ignore'>): Normal {
  const rename = renamer()
  const ignored = ignore.map((path) => new RegExp(`^${path.replaceAll('.', '\\.').replaceAll('*', '[^.]+')}`))
  return {
    said: said.map(({ command, exitCode, stdout, stderr }) => ({
      command,
      exitCode,
      stdout: stderr.search(dropped) < 0 ? cells(rename(stdout)) : [[anything]],
      stderr: cells(rename(stderr.replaceAll(dropped, ''))),
    })),
    state: Object.fromEntries(
      state.flatMap((object) => {
        const { kind, metadata } = object as { kind: string; metadata: { name: string } }
        const key = rename(`${kind}/${metadata.name}`)
        return fields(object, '')
          .filter(([path]) => !never.test(path) && !ignored.some((pattern) => pattern.test(`${kind}.${path}`)))
          .map(([path, value]) => [`${key} ${path}`, rename(JSON.stringify(value))] as const)
      }),
    ),
  }
}

/** Names what it finds by its first appearance. */
export function renamer(): (text: string) => string {
  const names = new Map<string, string>()
  const counts = new Map<string, number>()
  return (text) => {
    let renamed = text.replaceAll(times, 'TIME').replaceAll(/\b(tour-control-plane|sandbox)\b/g, 'NODE')
    for (const [pattern, kind] of named)
      renamed = renamed.replaceAll(pattern, (found) => {
        const known = names.get(found)
        if (known !== undefined) return known
        const count = (counts.get(kind) ?? 0) + 1
        counts.set(kind, count)
        names.set(found, `${kind}${count}`)
        return `${kind}${count}`
      })
    return renamed
  }
}

/** A table's cells stand apart by two blanks or more; ages say nothing. */
const cells = (text: string) =>
  text
    .trimEnd()
    .split('\n')
    .map((line) =>
      line
        .trimEnd()
        .split(/ {2,}|\t/)
        .map((cell) => (cell !== '' && age.test(cell) ? 'AGE' : cell.replaceAll(/\b\d+(?:\.\d+)?m?s\b/g, 'AGE'))),
    )

export function fields(value: unknown, path: string): readonly (readonly [string, unknown])[] {
  if (typeof value !== 'object' || value === null || Object.keys(value).length === 0) return [[path, value]]
  return Object.entries(value).flatMap(([key, inner]) => fields(inner, path === '' ? key : `${path}.${key}`))
}

/** What stands for anything: it was not the same each time on one and the same cluster. */
export const anything = '*'

/** What several plays on one cluster have in common. Throws where they did not even end alike: such a case is to be rewritten. */
export function common(plays: readonly Normal[]): Normal {
  const [first, ...others] = plays
  if (first === undefined) throw new Error('no play')
  return {
    said: first.said.map((said, index) => {
      const all = others.map((other) => other.said[index])
      if (all.some((other) => other?.exitCode !== said.exitCode))
        throw new Error(`${said.command} did not always end with ${said.exitCode}`)
      const same = (part: 'stdout' | 'stderr') =>
        all.some((other) => other?.[part].length !== said[part].length)
          ? [[anything]]
          : said[part].map((line, row) =>
              all.some((other) => other?.[part][row]?.length !== line.length)
                ? [anything]
                : line.map((cell, column) =>
                    all.every((other) => other?.[part][row]?.[column] === cell) ? cell : anything,
                  ),
            )
      return { ...said, stdout: same('stdout'), stderr: same('stderr') }
    }),
    state: Object.fromEntries(
      Object.entries(first.state).map(([path, value]) => [
        path,
        others.every(({ state }) => state[path] === value) ? value : anything,
      ]),
    ),
  }
}

/** How a play differs from what was recorded, one line each; with `texts`, what kubectl printed counts, too. */
export function differences(recorded: Normal, played: Normal, texts: boolean): readonly string[] {
  const found: string[] = []
  recorded.said.forEach((said, index) => {
    const now = played.said[index]
    const told = (what: string, wanted: unknown, seen: unknown) =>
      found.push(
        `$ ${said.command}\n  ${what}: ${JSON.stringify(wanted)}\n  seen:${' '.repeat(Math.max(1, what.length - 3))}${JSON.stringify(seen)}`,
      )
    if (now?.exitCode !== said.exitCode) told('exit code', said.exitCode, `${now?.exitCode} ${now?.stderr.join(' ')}`)
    if (!texts) return
    for (const part of ['stdout', 'stderr'] as const) {
      if (isAnything(said[part]) || isAnything(now?.[part])) continue
      const rows = Math.max(said[part].length, now?.[part].length ?? 0)
      for (let row = 0; row < rows; row += 1) {
        const [wanted, seen] = [said[part][row], now?.[part][row]]
        if (!sameLine(wanted, seen)) told(part, wanted?.join('  '), seen?.join('  '))
      }
    }
  })
  const paths = new Set([...Object.keys(recorded.state), ...Object.keys(played.state)])
  for (const path of paths) {
    const [wanted, seen] = [recorded.state[path], played.state[path]]
    if (wanted !== anything && wanted !== seen) found.push(`${path}\n  recorded: ${wanted}\n  seen:     ${seen}`)
  }
  return found
}

const isAnything = (lines?: NormalSaid['stdout']) =>
  lines?.length === 1 && lines[0]?.length === 1 && lines[0][0] === anything

const sameLine = (wanted: readonly string[] | undefined, seen: readonly string[] | undefined) =>
  wanted !== undefined &&
  seen !== undefined &&
  ((wanted.length === 1 && wanted[0] === anything) ||
    (wanted.length === seen.length && wanted.every((cell, index) => cell === anything || cell === seen[index])))
