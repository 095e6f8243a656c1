import * as assert from 'uvu/assert'
import { matchesLabels, parseFields, parseLabels, selectorText } from '../../../sandbox/store/selectors.ts'
import { tests } from '../../support/tests.ts'

const web = { app: 'web', tier: 'front', weight: '7' }

tests('label selectors', (test) => {
  const cases: [string, boolean][] = [
    ['', true],
    ['app=web', true],
    ['app==web,tier!=back', true],
    ['app in (web, api),tier notin (back)', true],
    ['app in (api)', false],
    ['app', true],
    ['!app', false],
    ['other!=x,!other', true],
    ['other notin (x)', true],
    ['weight>6,weight<8', true],
    ['weight>7', false],
    ['app=', false],
    ['constructor', false],
  ]
  for (const [text, expected] of cases)
    test(text === '' ? 'an empty one' : text, () => assert.is(parseLabels(text)(web), expected))

  for (const [text, message] of [
    ['a=b=c', "found '=', expected: ',' or 'end of string'"],
    ['a,', "found '', expected: identifier after ','"],
    ['a b', "unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt"],
    ['a in b', "unable to parse requirement: found 'b' expected: '('"],
    ['=a', "found '=', expected: !, identifier, or 'end of string'"],
  ] as const)
    test(`${text} is none`, () =>
      assert.throws(
        () => parseLabels(text),
        (error: Error) => assert.is(error.message, message) ?? true,
      ))

  test('as objects', () => {
    assert.not(matchesLabels(undefined, web))
    assert.ok(matchesLabels({}, undefined))
    const selector = {
      matchLabels: { app: 'web' },
      matchExpressions: [{ key: 'tier', operator: 'In', values: ['front', 'back'] }],
    }
    assert.ok(matchesLabels(selector, web))
    assert.not(matchesLabels(selector, { app: 'web' }))
    assert.is(selectorText(selector), 'app=web,tier in (back,front)')
  })
})

tests('field selectors', (test) => {
  test('have terms', () => {
    assert.equal(parseFields('status.phase!=Running,spec.nodeName=,metadata.name==a\\,b'), [
      { field: 'status.phase', equal: false, value: 'Running' },
      { field: 'spec.nodeName', equal: true, value: '' },
      { field: 'metadata.name', equal: true, value: 'a,b' },
    ])
  })
  test('or are none', () => assert.throws(() => parseFields('a'), /invalid selector: 'a'; can't understand 'a'/))
})
