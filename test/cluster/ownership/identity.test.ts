import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { hostname } from 'node:os'
import * as assert from 'uvu/assert'
import type { ApiObject } from '../../../scripts/cluster/api.ts'
import {
  annotations,
  identify,
  isSameUser,
  managedBy,
  runOf,
  runsHere,
  whose,
} from '../../../scripts/cluster/ownership/identity.ts'
import { tests } from '../../support/tests.ts'

const namespace = (metadata: ApiObject['metadata']): ApiObject => ({ apiVersion: 'v1', kind: 'Namespace', metadata })

tests('identity', (test) => {
  test('is this process, and another run every time', async () => {
    const [one, two] = await Promise.all([identify(), identify()])
    assert.is(one.pid, process.pid)
    assert.is(one.host, hostname())
    assert.not.equal(one.run, two.run)
    assert.equal({ ...one, run: '' }, { ...two, run: '' })
    assert.not.equal(one.started, '')
    assert.not.equal(one.user, '')
  })

  test('written on an object, is read from it', async () => {
    const here = await identify()
    const object = namespace({
      name: 'tour-storage',
      labels: { ...managedBy },
      annotations: annotations(here, 'storage'),
    })
    assert.equal(runOf(object), { ...here, lesson: 'storage' })
  })

  test('is not read from what the tour did not make', async () => {
    const here = await identify()
    const notes = annotations(here, 'storage')
    assert.is(runOf(namespace({})), undefined)
    assert.is(runOf(namespace({ annotations: notes })), undefined)
    assert.is(runOf(namespace({ labels: { 'app.kubernetes.io/managed-by': 'helm' }, annotations: notes })), undefined)
    assert.is(runOf(namespace({ labels: { ...managedBy } })), undefined)
  })

  test('of one user is of one machine too', async () => {
    const here = await identify()
    assert.ok(isSameUser(here, { ...here, run: 'x', pid: 1 }))
    assert.not(isSameUser(here, { ...here, user: 'other' }))
    assert.not(isSameUser(here, { ...here, host: 'other' }))
    assert.is(whose({ ...here, user: 'me', host: 'vm' }), 'me on vm')
  })
})

tests('whether a run still runs', (test) => {
  test('this one does', async () => {
    const here = await identify()
    assert.is(await runsHere(here, here), true)
  })

  test('another process does, until it has ended', async ({ defer }) => {
    const here = await identify()
    const child = spawn('sleep', ['60'])
    defer(() => child.kill('SIGKILL'))
    await once(child, 'spawn')
    const { execFileSync } = await import('node:child_process')
    const stat = execFileSync('cat', [`/proc/${child.pid}/stat`], { encoding: 'utf8' })
    const other = { ...here, pid: child.pid ?? 0, started: stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '' }
    assert.is(await runsHere(other, here), true)
    child.kill('SIGKILL')
    await once(child, 'exit')
    assert.is(await runsHere(other, here), false)
  })

  test('a pid that is used again by a process with another start does not', async () => {
    const here = await identify()
    assert.is(await runsHere({ ...here, started: String(Number(here.started) - 1) }, here), false)
  })

  test('on another machine, or before a restart of this one, cannot be told here', async () => {
    const here = await identify()
    assert.is(await runsHere({ ...here, processes: 'elsewhere' }, here), undefined)
  })
})
