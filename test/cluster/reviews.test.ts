import * as assert from 'uvu/assert'
import { grants, whoAmI } from '../../scripts/cluster/reviews.ts'
import { tests } from '../support/tests.ts'
import { answering } from './support/api.ts'

const get = (resource: string, group = '', subresource?: string) => ({
  verb: 'get',
  group,
  resource,
  ...(subresource === undefined ? {} : { subresource }),
})
const rule = (
  resources: readonly string[],
  { verbs = ['get'], apiGroups = [''], resourceNames = [] as string[] } = {},
) => ({ verbs, apiGroups, resources: [...resources], resourceNames })

tests('reviews', (test) => {
  const cases: readonly (readonly [string, ReturnType<typeof rule>, Parameters<typeof grants>[1], boolean])[] = [
    ['the resource itself', rule(['pods']), get('pods'), true],
    ['another resource', rule(['pods']), get('secrets'), false],
    ['another verb', rule(['pods'], { verbs: ['list'] }), get('pods'), false],
    ['another group', rule(['deployments']), get('deployments', 'apps'), false],
    ['everything', rule(['*'], { verbs: ['*'], apiGroups: ['*'] }), get('statefulsets', 'apps', 'scale'), true],
    ['a subresource is not its resource', rule(['pods']), get('pods', '', 'exec'), false],
    ['a subresource by name', rule(['pods/exec']), get('pods', '', 'exec'), true],
    ['a subresource of any resource', rule(['*/exec']), get('pods', '', 'exec'), true],
    ['a resource is not its subresource', rule(['pods/exec']), get('pods'), false],
    ['only an object of that name', rule(['pods'], { resourceNames: ['a'] }), get('pods'), false],
  ]
  for (const [name, granted, wanted, expected] of cases) {
    test(`a rule for ${name} ${expected ? 'grants' : 'does not grant'}`, () =>
      assert.is(grants([granted], wanted), expected))
  }

  test('a cluster that does not say who one is', async () => assert.is(await whoAmI(answering({}).api), undefined))
  test('a cluster that does', async () => assert.is(await whoAmI(answering({ user: 'ada' }).api), 'ada'))
})
