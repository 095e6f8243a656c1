import * as assert from 'uvu/assert'
import { amountOf, quantityOf } from '../../scripts/cluster/quantity.ts'
import { tests } from '../support/tests.ts'

tests('quantities', (test) => {
  const amounts: readonly (readonly [string | number, number | undefined])[] = [
    ['0', 0],
    [2, 2],
    ['10m', 0.01],
    ['1500m', 1.5],
    ['1.5', 1.5],
    ['.5', 0.5],
    ['1.', 1],
    ['1e3', 1000],
    ['1E3', 1000],
    ['1E', 1e18],
    ['100Mi', 104_857_600],
    ['1.5Gi', 1_610_612_736],
    ['2k', 2000],
    ['1Ki', 1024],
    ['128974848000m', 128_974_848],
    ['+1', 1],
    ['-1', -1],
    ['1Kb', undefined],
    ['', undefined],
    ['Mi', undefined],
    ['1 Gi', undefined],
  ]
  for (const [quantity, amount] of amounts)
    test(`${JSON.stringify(quantity)} is ${amount}`, () => assert.is(amountOf(quantity), amount))

  const written: readonly (readonly [string, number, string])[] = [
    ['requests.cpu', 0.06, '60m'],
    ['cpu', 1, '1'],
    ['limits.memory', 416 * 2 ** 20, '416Mi'],
    ['requests.storage', 2 * 2 ** 30, '2Gi'],
    ['memory', 1000, '1000'],
    ['standard.storageclass.storage.k8s.io/requests.storage', 2 ** 30, '1Gi'],
    ['pods', 3, '3'],
    ['count/deployments.apps', 1, '1'],
  ]
  for (const [resource, amount, text] of written)
    test(`${amount} of ${resource} is written ${text}`, () => assert.is(quantityOf(resource, amount), text))
})
