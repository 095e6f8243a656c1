import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { kinds, unmodelled } from '../../sandbox/kinds/index.ts'
import { tests } from '../support/tests.ts'
import { cases } from './parity/case.ts'

const file = join(import.meta.dirname, '../../sandbox/README.md')

async function generated(): Promise<string> {
  const modelled = [...kinds.values()].map(({ names }) => {
    const version = names.group === '' ? names.version : `${names.group}/${names.version}`
    const subresources = names.subresources.length === 0 ? '' : ` (${names.subresources.join(', ')})`
    return `- \`${version}\` ${names.kind}${subresources}`
  })
  const others = [...new Set(unmodelled.map(({ kind }) => kind))].toSorted().join(', ')
  const held = (await cases()).map(({ name, title }) => `- \`${name}\`: ${title}`)
  return [
    'Modelled:',
    '',
    ...modelled.toSorted(),
    '',
    `In discovery, their lists empty, and refused when made: ${others}.`,
    '',
    'Compared with the real cluster, case by case:',
    '',
    ...held,
  ].join('\n')
}

tests("the sandbox's README", (test) => {
  // `TOUR_TEST_UPDATE=1 node --import tsx test/sandbox/readme.test.ts` writes that part anew.
  test('lists what is modelled, and the cases that hold it to that', async () => {
    const text = await readFile(file, 'utf8')
    const between = /(<!-- modelled -->\n\n)[\s\S]*?(\n\n<!-- \/modelled -->)/
    assert.match(text, between)
    const wanted = text.replace(between, `$1${await generated()}$2`)
    if (process.env['TOUR_TEST_UPDATE'] === '1') await writeFile(file, wanted)
    else assert.fixture(text, wanted)
  })
})
