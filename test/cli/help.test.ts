import * as assert from 'uvu/assert'
import type { CommandName } from '../../scripts/cli/flags.ts'
import { connectionFlags, flags } from '../../scripts/cli/flags.ts'
import { helpText } from '../../scripts/cli/help.ts'
import { words } from '../../scripts/cli/names.ts'
import { exit } from '../../scripts/cluster/problem.ts'
import { lessonNames } from '../../scripts/contents.ts'
import { tests } from '../support/tests.ts'

const spelledIn = (text: string) => new Set(text.match(/(?<=[ ,])--[a-z-]+(?=[ \n])/g))
const longOf = ({ flags: spelled }: { readonly flags: string }) => /--[a-z-]+/.exec(spelled)?.[0] ?? ''

tests('help', (test) => {
  const whole = helpText()

  test('names every section, every command and every exit code', () => {
    for (const name of [...lessonNames, 'all', ...words.commands]) assert.match(whole, new RegExp(`^ +${name}\\b`, 'm'))
    for (const code of Object.values(exit)) assert.match(whole, new RegExp(`\\b${code}\\b`))
  })

  test('has a line for every flag of a lesson, and for no other', () => {
    const own = [...flags, ...connectionFlags].filter(({ of }) => of.includes('play'))
    const [, section = ''] = /Flags of a lesson:\n([\s\S]*)Exit codes:/.exec(whole) ?? []
    assert.equal([...spelledIn(section)].toSorted(), own.map(longOf).toSorted())
  })

  for (const name of words.commands as readonly CommandName[])
    test(`about ${name} has its flags, and no other`, () => {
      const own = [...flags, ...connectionFlags].filter(({ of }) => of.includes(name))
      assert.equal([...spelledIn(helpText(name))].toSorted(), own.map(longOf).toSorted())
    })

  test('tells the whole help of every flag', () => {
    const texts = ['', ...words.commands].map((name) => helpText(name).replaceAll(/\s+/g, ' ')).join(' ')
    for (const { help } of [...flags, ...connectionFlags]) assert.match(texts, help)
  })

  for (const name of [undefined, ...words.commands])
    test(`${name ?? 'everything'} is at most 80 columns wide`, () => {
      const wide = helpText(name)
        .split('\n')
        .filter((line) => line.length > 80)
      assert.equal(wide, [])
    })

  test('about a lesson is the whole help', () => assert.is(helpText('secrets'), whole))
})
