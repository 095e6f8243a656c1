import * as assert from 'uvu/assert'
import { SteppedClock } from '../../../sandbox/clock.ts'
import type { Program } from '../../../sandbox/node/process.ts'
import { imageFor } from '../../../sandbox/programs/images.ts'
import { eventually, tests } from '../../support/tests.ts'
import { machine } from '../support/machine.ts'

const resolvConf = {
  path: '/etc/resolv.conf',
  content: 'search sb.svc.cluster.local svc.cluster.local cluster.local\nnameserver 10.96.0.10\noptions ndots:5\n',
}

/** Six bytes for /, and nothing else. */
const serve: Program = async (process) => {
  const listener = await process.net.listen(8080)
  await process.fds.get(1)?.write(Buffer.from('listening\n'))
  for (;;) {
    const socket = await listener.accept()
    const request = Buffer.from(await socket.read(4096)).toString()
    const status = request.startsWith('GET / ') ? '200 OK' : '404 Not Found'
    await socket.write(Buffer.from(`HTTP/1.1 ${status}\r\nContent-Length: 6\r\n\r\nhello\n`)).catch(() => undefined)
    socket.close()
  }
}

function container(more: ReadonlyMap<string, Program> = new Map()) {
  const { programs, files } = imageFor('busybox:1.36')
  const image = { programs: new Map([...programs, ...more]), files }
  const busybox = machine(image, { files: [resolvConf] })
  busybox.net.table = {
    names: { 'web.sb.svc.cluster.local': ['10.244.0.9'], 'kubernetes.default.svc.cluster.local': ['10.96.0.1'] },
    services: [],
  }
  return busybox
}

tests('network tools and what follows files', (test) => {
  test('nslookup asks for A and AAAA, and for every domain of the search path', async () => {
    const { run } = container()
    assert.equal(await run('nslookup kubernetes.default.svc.cluster.local'), {
      code: 0,
      stdout: `Server:\t\t10.96.0.10\nAddress:\t10.96.0.10:53\n\nName:\tkubernetes.default.svc.cluster.local\nAddress: 10.96.0.1\n\n\n`,
      stderr: '',
    })
    const unknown = await run('nslookup nope')
    assert.is(unknown.code, 1)
    assert.is(unknown.stdout.match(/\*\* server can't find nope\.\S+: NXDOMAIN/g)?.length, 6)
  })

  test('wget saves a page, and says what it does', async () => {
    const busybox = container(new Map([['/bin/serve', serve]]))
    const server = busybox.start(['serve'])
    await eventually(() => server.stdout() === 'listening\n', { every: 1 })
    const { stdout, stderr, code } = await busybox.run(
      'cd /tmp; wget web:8080; cat index.html; wget web:8080; wget -qO- web:8080/x; echo $?',
    )
    assert.is(code, 0)
    assert.is(stdout, 'hello\n1\n')
    assert.is(
      stderr.replaceAll('\r', ''),
      `Connecting to web:8080 (10.244.0.9:8080)
saving to 'index.html'
index.html           100% |********************************|     6  0:00:00 ETA
'index.html' saved
Connecting to web:8080 (10.244.0.9:8080)
wget: can't open 'index.html': File exists
wget: server returned error: HTTP/1.1 404 Not Found
`,
    )
  })

  test('nc talks to nc', async () => {
    const { run } = container()
    const { stdout } = await run(
      'nc -l -p 7000 > /tmp/got & until echo hey | nc 127.0.0.1 7000; do :; done; wait; cat /tmp/got',
    )
    assert.is(stdout, 'hey\n')
  })

  test('tail -F waits for a file, and follows a new one of the same name', async () => {
    const clock = new SteppedClock()
    const { start, run } = machine(imageFor('busybox:1.36'), { clock })
    const tail = start(['tail', '-F', '/tmp/log'], { stdin: '' })
    await eventually(() => tail.stderr() !== '', { every: 1 })
    const printed = (text: string) =>
      eventually(async () => (await clock.step(1000), tail.stdout() === text), { every: 1, what: text })
    await run('echo one > /tmp/log')
    await printed('one\n')
    await run('rm /tmp/log; echo two > /tmp/log')
    await printed('one\ntwo\n')
    await run('echo three >> /tmp/log')
    await printed('one\ntwo\nthree\n')
    assert.is(
      tail.stderr(),
      `tail: can't open '/tmp/log': No such file or directory
tail: /tmp/log has appeared; following end of new file
tail: /tmp/log has been replaced; following end of new file
`,
    )
  })

  test('ps as BusyBox prints it, and nothing in nginx', async () => {
    const { run } = container()
    const { stdout } = await run(['ps'])
    assert.match(stdout, /^PID {3}USER {5}TIME {2}COMMAND\n {4}1 root {6}0:00 \/pause\n +\d+ root {6}0:00 ps\n$/)
  })

  test('an evil pattern takes no longer than another', async () => {
    const { run } = container()
    const { code } = await run(
      `echo ${'a'.repeat(60)}b | grep -E '^(a+)+$'; echo ${'a'.repeat(60)}b | sed -E 's/^(a|aa)+$/x/'`,
    )
    assert.is(code, 0)
  })

  test('a file without an end does not take the memory of the node', async () => {
    const { run } = container()
    const { code, stderr } = await run(['sort', '/dev/zero'])
    assert.is(code, 137)
    assert.is(stderr, '')
  })

  test('what is not modelled is said to be so, what does not exist is a mistake', async () => {
    const { run } = container()
    assert.equal(await run(['sort', '-M']), {
      code: 2,
      stdout: '',
      stderr: 'sort: -M is not modelled in the sandbox\n',
    })
    assert.match((await run(['sort', '-Q'])).stderr, "sort: invalid option -- 'Q'\nBusyBox v1.35.0")
  })

  test('tar: what kubectl cp sends and takes, and no way out of the folder', async () => {
    const { run } = container()
    const { stdout, stderr } = await run(
      'mkdir -p /a/b /o; echo x > /a/b/f; chmod 640 /a/b/f; ln -s f /a/b/l; tar cf - -C /a b | tar xmf - -C /o; stat -c "%a %n" /o/b/f; readlink /o/b/l; cd /a/b; tar cf /t.tar ../b/f; tar xf /t.tar -C /o',
    )
    assert.is(stdout, '640 /o/b/f\nf\n')
    assert.match(stderr, '..')
  })
})
