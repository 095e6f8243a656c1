import { readdir } from 'node:fs/promises'
import * as assert from 'uvu/assert'
import { lessonNames, rowsOf } from '../../scripts/contents.ts'
import { load } from '../../scripts/stage/load.ts'
import { manifestsOf } from '../../scripts/stage/manifests.ts'
import type { Line } from '../../scripts/stage/rehearsal.ts'
import { rehearse } from '../../scripts/stage/rehearsal.ts'
import { isFrom } from '../../scripts/stage/run.ts'
import { tests } from '../support/tests.ts'

for (const lesson of lessonNames)
  tests(`the script of ${lesson}`, (test) => {
    const script = async (attended = false) => rehearse(lesson, await load(lesson), attended)
    const commandsIn = (lines: readonly Line[]) =>
      lines.flatMap((line) => (line.type === 'command' ? [line.command] : []))

    test('has every row once, in their order', async () => {
      const rows = (await script()).flatMap((line) => (line.type === 'claim' ? [line.id] : []))
      assert.equal(rows, rowsOf(lesson))
    })

    test('begins with a step, says something before it runs something, and pauses', async () => {
      const types = (await script()).map(({ type }) => type)
      assert.equal(types.slice(0, 2), ['step', 'say'])
      assert.ok(types.filter((type) => type === 'pause').length >= 4)
      assert.not.equal(types.at(-1), 'pause')
    })

    test('shows only what a learner could type', async () => {
      const commands = commandsIn(await script())
      assert.ok(commands.length > 10)
      for (const command of commands) {
        assert.match(command, /^kubectl [a-z]/)
        const [ours = ''] = command.split(' -- ')
        assert.not.match(ours, / (-n|--namespace|--context|--kubeconfig|-A)\b/, command)
        assert.not.match(ours, /(^|[ =])['"]?(\/|~|\.\.)/, command)
        assert.not.match(command, /\| *(head|jq|awk)\b/, command)
        assert.not.match(command, /undefined|\[object|\n/, command)
      }
    })

    test('applies every manifest of its folder, and no other file', async () => {
      const applied = commandsIn(await script()).flatMap((command) =>
        /^kubectl (?:apply|create)/.test(command)
          ? [...command.matchAll(/ -f (\S+)/g)].map(([, file]) => file ?? '')
          : [],
      )
      const files = await readdir(manifestsOf(lesson))
      assert.equal(
        files.filter((file) => !applied.includes(file)),
        [],
      )
      assert.equal(
        applied.filter((file) => !files.includes(file)),
        [],
      )
    })

    test('deletes only files that it has', async () => {
      const files = await readdir(manifestsOf(lesson))
      const deleted = commandsIn(await script()).flatMap((command) =>
        [...command.matchAll(/ -f (\S+)/g)].map(([, file]) => file ?? ''),
      )
      assert.equal(
        deleted.filter((file) => !files.includes(file)),
        [],
      )
    })

    test('says nothing with a hole in it, and no line that is too long for a word', async () => {
      for (const line of await script()) {
        const text = line.type === 'say' ? line.text : line.type === 'claim' ? line.claim : ''
        assert.not.match(text, /undefined|NaN|\[object|\$\{/, text)
        assert.not.match(text, / {2}|\t/, text)
      }
    })

    test('is the same for somebody who is there, but for what is hurried', async () => {
      const [alone, attended] = await Promise.all([script(), script(true)])
      const told = (lines: readonly Line[]) =>
        lines.flatMap((line) => (line.type === 'step' ? [line.title] : line.type === 'claim' ? [line.id] : []))
      assert.equal(told(attended), told(alone))
    })

    test('has steps of different titles', async () => {
      const titles = (await script()).flatMap((line) => (line.type === 'step' ? [line.title] : []))
      assert.equal(titles, [...new Set(titles)])
      for (const [index, title] of titles.entries()) {
        assert.is(
          titles.findIndex((each, at) => isFrom(title, at + 1, each)),
          index,
        )
      }
    })
  })

tests('a step asked for', (test) => {
  const table: readonly (readonly [string, boolean])[] = [
    ['2', true],
    ['12', false],
    ['As files', true],
    ['as FILES', true],
    ['files', true],
    ['filing', false],
    ['99', false],
  ]
  for (const [from, is] of table) test(from, () => assert.is(isFrom(from, 2, 'As files'), is))
})
