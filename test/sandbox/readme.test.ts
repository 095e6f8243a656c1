import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { parse } from 'yaml'
import { answered } from '../../sandbox/api/verbs/index.ts'
import type { KindFile } from '../../sandbox/contracts.ts'
import { apiVersionOf } from '../../sandbox/facts/names.ts'
import { kinds, unmodelled } from '../../sandbox/kinds/index.ts'
import { tests } from '../support/tests.ts'
import { cases } from './parity/case.ts'

const readme = join(import.meta.dirname, '../../sandbox/README.md')
const features = parse(await readFile(join(import.meta.dirname, 'parity/features.yaml'), 'utf8')) as Readonly<
  Record<string, Readonly<Record<string, readonly string[]>>>
>
const { Subresources: subresources = {}, ...chapters } = features
const all = await cases()
const recorded = await readFile(join(import.meta.dirname, 'parity/recordings/table.json'), 'utf8')
const table = Object.keys(JSON.parse(recorded) as Readonly<Record<string, string>>)
const titles = new Map([
  ...all.map(({ name, title }) => [name, title] as const),
  ['generated', 'bodies made from the type table, each wrong in one place'] as const,
  ['table', 'every kind by every verb and subresource, and what is refused'] as const,
])

/** One thing that is modelled, and the names of what holds it to the real cluster. */
function row(what: string, held: readonly string[]): string {
  assert.ok(held.length > 0, `no case holds ${what}`)
  for (const name of held) assert.ok(titles.has(name), `there is no case ${name}, which is to hold ${what}`)
  return `- ${what}: ${held.map((name) => `\`${name}\``).join(', ')}`
}

function kindRows(file: KindFile): readonly string[] {
  const { kind, plural, subresources: every } = file.names
  const held = all.filter(({ state }) => state?.split(',').some((each) => each.split('.')[0] === plural))
  const asked = table.flatMap((id) => (id.startsWith(`${kind}: `) ? [id.slice(kind.length + 2)] : []))
  const parts = every.filter((each) => answered(file, each))
  return [
    row(`\`${apiVersionOf(file.names)}\` ${kind}`, [
      ...(asked.length > 0 ? ['table', 'generated'] : []),
      ...held.map(({ name }) => name),
    ]),
    ...parts.map((part) => {
      const byTable = asked.some((each) => each.startsWith(`${part} `)) ? ['table'] : []
      return `  ${row(part, [...byTable, ...(subresources[part] ?? [])])}`
    }),
  ]
}

function generated(): string {
  const modelled = [...kinds.values()].toSorted((a, b) => (fullName(a) < fullName(b) ? -1 : 1)).flatMap(kindRows)
  const others = [...new Set(unmodelled.map(({ kind }) => kind))].toSorted().join(', ')
  return [
    'Each row names the cases that hold it to what a real cluster did.',
    '',
    ...modelled,
    '',
    `In discovery, their lists empty, and refused when made: ${others}.`,
    '',
    ...Object.entries(chapters).flatMap(([chapter, rows]) => [
      `${chapter}:`,
      '',
      ...Object.entries(rows).map(([what, held]) => row(what, held)),
      '',
    ]),
    'The cases:',
    '',
    ...[...titles.keys()].toSorted().map((name) => `- \`${name}\`: ${titles.get(name)}`),
  ].join('\n')
}

const fullName = ({ names: { group, version, kind } }: KindFile) => `${group}/${version} ${kind}`

tests("the sandbox's README", (test) => {
  // `TOUR_TEST_UPDATE=1 node --import tsx test/sandbox/readme.test.ts` writes that part anew.
  test('names for all that is modelled the cases that hold it to that', async () => {
    const text = await readFile(readme, 'utf8')
    const between = /(<!-- modelled -->\n\n)[\s\S]*?(\n\n<!-- \/modelled -->)/
    assert.match(text, between)
    const wanted = text.replace(between, `$1${generated()}$2`)
    if (process.env['TOUR_TEST_UPDATE'] === '1') await writeFile(readme, wanted)
    else assert.fixture(text, wanted)
  })
})
