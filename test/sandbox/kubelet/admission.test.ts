import * as assert from 'uvu/assert'
import { tests } from '../../support/tests.ts'
import { node } from './node.ts'

tests('a pod that names its node', (test) => {
  const asking = (cpu: string) => ({ resources: { requests: { cpu } } })

  test('is rejected where the node has no room for it', async () => {
    const { run, status, pod, events, runtime } = await node()
    await run('small', {}, asking('3'))
    await run('big', {}, asking('1500m'))
    assert.is(status('small'), 'Running: app=running+')
    const message = "Node didn't have enough resource: cpu, requested: 1500, used: 3000, capacity: 4000"
    assert.is(pod('big').status?.phase, 'Failed')
    assert.is(pod('big').status?.reason, 'OutOfcpu')
    assert.is(pod('big').status?.message, `Pod was rejected: ${message}`)
    assert.is(pod('big').status?.conditions?.length ?? 0, 0)
    assert.equal(events('big'), [`1x OutOfcpu: ${message}`])
    assert.is(runtime.containers.length, 1)
  })

  test('is rejected where its selector means another one', async () => {
    const { run, pod } = await node()
    await run('picky', { nodeSelector: { disk: 'ssd' } })
    assert.is(pod('picky').status?.reason, 'NodeAffinity')
  })
})
