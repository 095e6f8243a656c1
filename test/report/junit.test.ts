import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { XMLParser, XMLValidator } from 'fast-xml-parser'
import * as assert from 'uvu/assert'
import { junitReport } from '../../scripts/report/junit.ts'
import type { Event } from '../../scripts/stage/events.ts'
import { tests } from '../support/tests.ts'
import { ended, run, target } from './events.ts'

interface Case {
  readonly name: string
  readonly classname: string
  readonly failure?: { readonly message: string; readonly '#text': string }
  readonly skipped?: { readonly message: string }
  readonly 'system-out'?: string
}

interface Suite {
  readonly name: string
  readonly tests: string
  readonly failures: string
  readonly skipped: string
  readonly time: string
  readonly properties: { readonly property: readonly { readonly name: string; readonly value: string }[] }
  readonly testcase: readonly Case[]
}

async function suitesOf(
  events: readonly Event[],
): Promise<{ readonly suites: readonly Suite[]; readonly text: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'tour-junit-'))
  try {
    const { report, write } = junitReport(join(folder, 'x.xml'))
    events.forEach(report)
    await write()
    const text = await readFile(join(folder, 'x.xml'), 'utf8')
    assert.is(XMLValidator.validate(text), true)
    const parser = new XMLParser({
      ignoreAttributes: false,
      attributeNamePrefix: '',
      parseTagValue: false,
      trimValues: false,
      isArray: (name) => ['testsuite', 'testcase', 'property'].includes(name),
    })
    const { testsuites } = parser.parse(text) as { testsuites: { testsuite?: readonly Suite[] } }
    return { suites: testsuites.testsuite ?? [], text }
  } finally {
    await rm(folder, { recursive: true })
  }
}

const claim = (observed: string): Event => ({
  type: 'claim',
  lesson: 'storage',
  id: 'P1',
  result: 'failed',
  claim: observed,
  expected: observed,
  observed,
})

tests('JUnit', (test) => {
  test('has a suite per lesson and a case per claim', async () => {
    const { suites } = await suitesOf(run)
    assert.is(suites.length, 1)
    const [suite] = suites
    assert.equal(
      [suite?.name, suite?.tests, suite?.failures, suite?.skipped, suite?.time],
      ['storage: Persistent storage', '5', '2', '2', '21.400'],
    )
    assert.equal(
      suite?.testcase.map(({ name, classname }) => `${classname} ${name}`),
      [
        'storage P2 the claim is Pending, and no volume has been made for it',
        'storage P5 the file outlived its Pod',
        'storage P6 it has a new name',
        'storage P8 the volume is gone',
        'storage P7 not reached',
      ],
    )
    assert.is(suite?.testcase[0]?.['system-out'], 'class standard binds on first use\n(WaitForFirstConsumer)')
    assert.is(suite?.testcase[1]?.failure?.message, 'the file outlived its Pod')
    assert.match(suite?.testcase[1]?.failure?.['#text'] ?? '', /^expected Hello there\nobserved cat:/)
    assert.is(suite?.testcase[2]?.skipped?.message, 'it was a and is b')
    assert.is(suite?.testcase[3]?.skipped?.message, 'you may not see volumes')
  })

  test('a lesson that is played again counts once', async () => {
    const [once, twice] = await Promise.all([suitesOf(run), suitesOf([...run, ...run])])
    assert.equal(twice.suites, once.suites)
  })

  test('says where it was', async () => {
    const { suites } = await suitesOf(run)
    const found = suites[0]?.properties.property.map(({ name, value }) => [name, value]) ?? []
    const expected = Object.entries(target).map(([name, value]) => [name, String(value)])
    assert.equal(Object.fromEntries(found), Object.fromEntries(expected))
  })

  test('escapes what XML has a meaning for', async () => {
    const odd = `<a href="x">&amp; 'q' ]]> \u00e9\u2714</a>`
    const { suites, text } = await suitesOf([claim(odd), ended])
    const [first] = suites[0]?.testcase ?? []
    assert.is(first?.name, `P1 ${odd}`)
    assert.is(first?.failure?.message, odd)
    assert.is(first?.failure?.['#text'], `expected ${odd}\nobserved ${odd}`)
    assert.not.match(text, '<a href')
  })

  test('leaves out what XML cannot hold', async () => {
    const { suites, text } = await suitesOf([claim('red \u001B[31mtext\u001B[0m\u0000 \uFFFE end'), ended])
    assert.match(suites[0]?.testcase[0]?.name ?? '', /^P1 red .*text.* end$/)
    for (const control of ['\u001B', '\u0000', '\uFFFE']) assert.not(text.includes(control))
  })

  test('a lesson that broke off, and what it left, are failures', async () => {
    const cleaned = { namespace: 'x', own: true, objects: null, volumes: null, left: ['x is still there: why'] }
    const { suites } = await suitesOf([{ ...ended, problem: 'It failed.\nlook there', cleaned, exitCode: 4 }])
    assert.equal(
      suites[0]?.testcase.map(({ name, failure }) => [name, failure?.message]),
      [
        ['the lesson plays to its end', 'It failed.'],
        ['nothing is left behind', 'x is still there: why'],
      ],
    )
  })
})
