import type { Checkup, Dns, LessonCheckup, Node } from '../cluster/checkup/checkup.ts'
import type { Screen } from './screen.ts'

type Pen = Pick<Screen, 'paint' | 'signs' | 'wrap'>

/** Before the second column: as wide as the longest label, "pod security", and those of the lessons behind their sign. */
const column = 15

/** A check-up as somebody reads it: the cluster, and below it what can be played there. */
export function doctorLines(checkup: Checkup, pen: Pen): readonly string[] {
  const facts = [
    row('cluster', cluster(checkup), pen),
    ...(checkup.notModelled === null
      ? []
      : [row('sandbox', [`simulated on this machine, and without ${checkup.notModelled}`], pen)]),
    row('namespace', [checkup.target.namespace ?? 'a new one for each lesson'], pen),
    row('versions', versions(checkup, pen), pen),
    row('nodes', [nodes(checkup.nodes)], pen),
    row('storage', storage(checkup, pen), pen),
    row('pod security', [podSecurity(checkup)], pen),
    row('quota', quota(checkup), pen),
    row('DNS', [dns(checkup.dns, pen)], pen),
    row('plugin', plugin(checkup, pen), pen),
  ]
  return [
    ...facts.flat(),
    '',
    ...checkup.lessons.flatMap((lesson) => lessonLines(lesson, pen)),
    '',
    pen.wrap(summary(checkup)),
  ]
}

const row = (label: string, texts: readonly string[], { wrap, paint }: Pen): readonly string[] =>
  texts.flatMap((text, index) => {
    const lines = wrap(text, ' '.repeat(column))
    return index > 0 ? [lines] : [paint('dim', label.padEnd(column)) + lines.trimStart()]
  })

function cluster({ target: { context, server, user }, locality: { local, evidence } }: Checkup): readonly string[] {
  return [
    `${context} (${server}) as ${user}`,
    local ? `local: ${evidence}` : `not local, so playing asks first: ${evidence}`,
  ]
}

const versions = ({ versions: { kubectl, server, skew } }: Checkup, pen: Pen) => [
  `kubectl ${kubectl}, server ${server}`,
  ...(skew === null ? [] : [doubt(skew, pen)]),
]

function nodes(all: readonly Node[] | null): string {
  if (all === null) return unseen
  const versionsSeen = [...new Set(all.map(({ version }) => version))].toSorted()
  const idle = all.filter(({ ready }) => !ready).length
  const cordoned = all.filter(({ schedulable }) => !schedulable).length
  return [
    `${all.length} (${versionsSeen.join(', ')})`,
    idle === 0 ? 'ready' : `${idle} not ready`,
    ...(cordoned === 0 ? [] : [`${cordoned} cordoned`]),
  ].join(', ')
}

function storage({ storage: { class: found, classes, volumesVisible } }: Checkup, pen: Pen): readonly string[] {
  const volumes = volumesVisible ? [] : [`volumes: ${unseen}`]
  if (classes === null) return [`classes: ${unseen}`, ...volumes]
  if (found === null) return [doubt('no default class', pen), `classes: ${classes.join(', ') || 'none'}`, ...volumes]
  const binds = found.binding === 'Immediate' ? 'at once' : 'on first use'
  return [
    `class ${found.name}${found.isDefault ? ', the default' : ''} (${found.provisioner})`,
    `binds ${binds} (${found.binding})`,
    `its volumes ${found.reclaim === 'Delete' ? 'go with their claims' : 'outlive their claims'} (reclaim policy ${found.reclaim})`,
    ...volumes,
  ]
}

function podSecurity({ target: { namespace }, podSecurity: { enforce, visible } }: Checkup): string {
  if (!visible) return unseen
  const unknown = "the cluster's default is unknown"
  if (namespace === null) return `none enforced by the lessons' own namespaces; ${unknown}`
  return enforce === null ? `none enforced by the namespace; ${unknown}` : `${enforce}, enforced by the namespace`
}

function quota({ target: { namespace }, quota: found }: Checkup): readonly string[] {
  if (namespace === null) return ["none: the lessons' own namespaces are new"]
  if (found === null) return [unseen]
  if (found.length === 0) return ['none in the namespace']
  return found.map(({ quota: name, resource, hard, used }) => `${name}: ${resource} ${used} of ${hard}`)
}

function dns({ state, service, readyEndpoints }: Dns, pen: Pen): string {
  const said = {
    ready: `${service ?? 'endpoints'}, ${readyEndpoints} ready`,
    notReady: doubt(`${service ?? 'it'} has no ready endpoint: names will not be found`, pen),
    notFound: doubt('no DNS Service where it usually is', pen),
    notVisible: unseen,
  } satisfies Record<Dns['state'], string>
  return said[state]
}

const plugin = ({ plugin: { paths, problem } }: Checkup, pen: Pen) => (problem === null ? paths : [doubt(problem, pen)])

function lessonLines({ lesson, canPlay, obstacles, notes }: LessonCheckup, pen: Pen): readonly string[] {
  const { paint, signs, wrap } = pen
  const sign = canPlay ? paint('green', signs.good) : paint('red', signs.bad)
  const head = `${sign} ${paint('bold', lesson.padEnd(column - 2))}`
  const indented = (text: string) => wrap(text, ' '.repeat(column))
  if (canPlay) return [`${head}can play`, ...notes.map(indented)]
  const [first = '', ...more] = [
    ...obstacles.map(({ sentence }) => sentence),
    ...new Set(obstacles.map(({ wayOut }) => wayOut)),
  ]
  return [head + indented(first).trimStart(), ...more.map(indented)]
}

function summary({ lessons }: Checkup): string {
  const able = lessons.filter(({ canPlay }) => canPlay).length
  return able === lessons.length
    ? `All ${able} lessons can be played.`
    : `${able} of ${lessons.length} lessons can be played.`
}

const unseen = 'not visible to you'

const doubt = (text: string, { paint, signs }: Pen) => `${paint('yellow', signs.doubt)} ${text}`
