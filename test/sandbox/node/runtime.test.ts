import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import type { Runtime } from '../../../sandbox/contracts.ts'
import { startNode } from '../../../sandbox/node/index.ts'
import { rejects, tests } from '../../support/tests.ts'
import { pod, said, spec } from '../support/specs.ts'

/** What sorts without end. */
const hog = 'yes aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa | sort'

const exec = (runtime: Runtime, id: string, script: string) =>
  said(runtime.exec(id, { argv: ['sh', '-c', script], tty: false, stdin: false }))

tests('the node', (test) => {
  let folder = ''
  let node: ReturnType<typeof startNode>
  test.before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'node-'))
    node = startNode({ disks: folder })
    await node.runtime.openPod(pod)
  })
  test.after(async () => {
    await node.runtime.close()
    await rm(folder, { recursive: true })
  })

  test('runs a container, whose log can be read and which tells of its end', async () => {
    const { runtime } = node
    const id = await runtime.start({ ...spec, argv: ['sh', '-c', 'echo one; echo two >&2; printf three; exit 3'] })
    for await (const exit of runtime.exits) {
      assert.equal({ ...exit, at: 0 }, { id, exitCode: 3, signal: 0, reason: 'Error', message: '', at: 0 })
      break
    }
    const lines: string[] = []
    for await (const more of runtime.logs(id, { follow: true, signal: new AbortController().signal }))
      lines.push(...more.map(({ stream, data }) => `${stream} ${Buffer.from(data).toString()}`))
    assert.equal(lines, ['stdout one\n', 'stderr two\n', 'stdout three'])
    await runtime.remove(id)
  })

  test('execs in it, with input', async () => {
    const { runtime } = node
    const id = await runtime.start(spec)
    const session = runtime.exec(id, { argv: ['cat'], tty: false, stdin: true })
    await session.write(Buffer.from('hello\n'))
    await session.write(null)
    assert.is(await said(session), 'hello\n[0]')
    await rejects(
      runtime.exec(id, { argv: ['nosuch'], tty: false, stdin: false }).exit,
      'exec: "nosuch": executable file not found in $PATH',
    )
    await runtime.signal(id, 'SIGKILL')
  })

  test('a volume on the disk outlives its container, and is on the host', async () => {
    const { runtime, disks } = node
    await disks.make('/opt/data')
    await runtime.volume('data', { type: 'disk', path: '/opt/data' })
    const mounted = { ...spec, mounts: [{ volume: 'data', path: '/data', readOnly: false }] }
    const id = await runtime.start(mounted)
    assert.is(await exec(runtime, id, 'echo kept > /data/a; ls /data; ln -s a /data/b; cat /data/b'), 'a\nkept\n[0]')
    await runtime.signal(id, 'SIGKILL')
    const other = await runtime.start(mounted)
    assert.is(await exec(runtime, other, 'cat /data/b; mv /data/a /data/c; rm /data/b; ls /data'), 'kept\nc\n[0]')
    await runtime.signal(other, 'SIGKILL')
  })

  test('a terminal echoes, and ^C ends what runs in it', async () => {
    const { runtime } = node
    const id = await runtime.start(spec)
    const session = runtime.exec(id, { argv: ['cat'], tty: true, stdin: true })
    await session.write(Buffer.from('hi\n'))
    let shown = ''
    for await (const { data } of session.output) {
      shown += Buffer.from(data).toString()
      if (shown === 'hi\r\nhi\r\n') await session.write(Buffer.from([3]))
    }
    assert.is(`${shown}${await session.exit}`, 'hi\r\nhi\r\n^C130')
    await runtime.signal(id, 'SIGKILL')
  })
})

tests('a node that dies', (test) => {
  test('comes back empty, and says so', async ({ defer }) => {
    const folder = await mkdtemp(join(tmpdir(), 'node-'))
    defer(() => rm(folder, { recursive: true }))
    const { runtime } = startNode({ disks: folder, heap: 32 })
    defer(() => runtime.close())
    await runtime.openPod(pod)
    const rebooted = new Promise<void>((done) => runtime.onReboot(done))
    const quiet = await runtime.start(spec)
    const waiting = runtime.exec(quiet, { argv: ['sleep', '1000'], tty: false, stdin: false }).exit
    // More at once than can be killed one by one.
    for (let i = 0; i < 16; i += 1) await runtime.start({ ...spec, argv: ['sh', '-c', hog] })
    await rejects(waiting, 'the node has stopped')
    await rebooted
    await rejects(runtime.start(spec), 'not found')
    await runtime.openPod(pod)
    const again = await runtime.start(spec)
    assert.is(await exec(runtime, again, 'echo back'), 'back\n[0]')
  })
})
