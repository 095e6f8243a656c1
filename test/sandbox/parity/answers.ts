import { anything } from './normal.ts'

/** What an API server said to each question, by the question's id, in lines. */
export type Answers = Readonly<Record<string, string>>

const unready = 'a new node is not marked as not ready, and has one podCIDR'
const warned = 'what kinds are deprecated is said with every answer'
const goTypes = "Go's names of string types are not known"

/** What differs though it should not, and why: none of it may have come to be equal. */
const known: ReadonlyMap<string, string> = new Map([
  ['Pod create spec.containers.0.ports.0.protocol of the wrong type', goTypes],
  ['Pod create spec.containers.0.securityContext.capabilities.drop of the wrong type', goTypes],
  ['Service create spec.ports.0.protocol of the wrong type', goTypes],
  ['PersistentVolume create spec.persistentVolumeReclaimPolicy of the wrong type', goTypes],
  ['Deployment create spec.strategy.type of the wrong type', goTypes],
  ['Deployment create spec.template.spec.restartPolicy of the wrong type', goTypes],
  ['ReplicaSet create spec.selector.matchExpressions.0.operator bad', "a selector's fields are told in another order"],
  ['Endpoints: get in no such form', warned],
  ['Endpoints: patch of no such type', warned],
  ['Node: create', unready],
  ['Node: create AlreadyExists', unready],
  ['Node: create dryRun', unready],
  ['Node: create generateName', unready],
  ['Node: create an unknown field, Warn', unready],
  ['Node: create an unknown field, Ignore', unready],
  ['Node: create with a resourceVersion', unready],
  ['Node: create a second', unready],
  ['Node: apply', unready],
  ['Node: apply Conflict', unready],
  ['Node: apply by force', unready],
  ['Service: status patch', 'what is written to a status alone is not judged'],
  ['StatefulSet create spec.template.spec.hostname bad', 'a template is held to all that a Pod is held to'],
])

/** How answers differ from those recorded, one line each. */
export function answersDiffer(recorded: Answers, now: Answers, isSandbox: boolean): readonly string[] {
  return [...new Set([...Object.keys(recorded), ...Object.keys(now)])].flatMap((id) => {
    const same = sameLines(recorded[id], now[id])
    if (isSandbox && known.has(id)) return same ? [`${id}\n  is known to differ, and does not`] : []
    return same ? [] : [`${id}\n  recorded: ${recorded[id]}\n  seen:     ${now[id]}`]
  })
}

function sameLines(recorded: string | undefined, now: string | undefined): boolean {
  if (recorded === anything || recorded === now) return true
  const [wanted = [], seen = []] = [recorded?.split('\n'), now?.split('\n')]
  return wanted.length === seen.length && wanted.every((line, at) => line === anything || line === seen[at])
}

/** What several answers to the same have in common, line by line. */
export function commonAnswers([first = {}, ...others]: readonly Answers[]): Answers {
  const commonOf = (id: string, said: string) => {
    const all = others.map((other) => other[id]?.split('\n') ?? [])
    const lines = said.split('\n')
    if (all.some((each) => each.length !== lines.length)) return anything
    return lines.map((line, at) => (all.every((each) => each[at] === line) ? line : anything)).join('\n')
  }
  return Object.fromEntries(Object.entries(first).map(([id, said]) => [id, commonOf(id, said)]))
}
