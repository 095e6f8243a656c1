import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { SteppedClock } from '../../../sandbox/clock.ts'
import type { ContainerSpec, VolumeMount } from '../../../sandbox/contracts.ts'
import { HostDisk } from '../../../sandbox/node/disks.ts'
import { LocalRuntime } from '../../../sandbox/node/local.ts'
import { imageFor } from '../../../sandbox/programs/images.ts'
import { tests } from '../../support/tests.ts'
import { pod, said, spec } from '../support/specs.ts'

const file = (path: string, content: string, mode = 0o644) => ({ path, content: Buffer.from(content), mode })

tests('volumes', (test) => {
  const folder = mkdtempSync(join(tmpdir(), 'volumes-'))
  const disk = new HostDisk(folder)
  const runtime = new LocalRuntime({ clock: new SteppedClock(), disk, imageFor })
  test.after(async () => {
    await runtime.close()
    rmSync(folder, { recursive: true })
  })
  test.before(() => runtime.openPod(pod))

  /** A container with these mounts, and what runs scripts in it. */
  async function container(mounts: readonly Partial<VolumeMount>[], as: Partial<ContainerSpec> = {}) {
    const id = await runtime.start({
      ...spec,
      mounts: mounts.map((mount) => ({ volume: 'v', path: '/v', readOnly: false, ...mount })),
      ...as,
    })
    return async (script: string) => {
      const printed = await said(
        await runtime.exec(id, { argv: ['sh', '-c', `${script} 2>&1`], tty: false, stdin: false }),
      )
      return printed.replace(/\[0\]$/, '')
    }
  }

  test('files change as a whole, where they are mounted by a subPath they do not', async () => {
    await runtime.volume('c', { type: 'files', files: [file('a', '1'), file('dir/b', '2', 0o600), file('old', 'x')] })
    const run = await container([
      { volume: 'c', path: '/c' },
      { volume: 'c', path: '/etc/a', subPath: 'a' },
    ])
    assert.is(
      await run('cat /c/a /c/dir/b /etc/a; readlink /c/a; stat -c %a /c/dir/b; ls /c'),
      '121..data/a\n600\na\ndir\nold\n',
    )
    const before = await run('readlink /c/..data')
    await runtime.volume('c', { type: 'files', files: [file('a', '1'), file('dir/b', '2', 0o600), file('old', 'x')] })
    assert.is(await run('readlink /c/..data'), before)
    await runtime.volume('c', { type: 'files', files: [file('a', 'new'), file('dir/b', '2'), file('more', 'm')] })
    assert.is(await run('cat /c/a; echo; cat /etc/a; echo; ls /c; ls -A /c | wc -l'), 'new\n1\na\ndir\nmore\n5\n')
    assert.is(await run('echo x > /c/a'), "sh: can't create /c/a: Read-only file system\n[1]")
  })

  test('an emptyDir is shared, belongs to the fsGroup, and is no larger than its limit', async () => {
    await runtime.volume('e', { type: 'scratch', memory: true, sizeLimit: 100_000, fsGroup: 3000 })
    const one = await container([{ volume: 'e', path: '/e' }], { user: 1000, groups: [3000] })
    const other = await container([{ volume: 'e', path: '/sub', subPath: 'x/y' }])
    assert.is(await one('echo hi > /e/x/y/f; stat -c "%u %g" /e/x/y/f'), '1000 3000\n')
    assert.is(await other('cat /sub/f; ls /sub/..  | head -n 1'), 'hi\nbin\n')
    assert.match(
      await one('head -c 200000 /dev/zero > /e/big; rm /e/big; echo ok > /e/ok; cat /e/ok'),
      /No space left on device\nok\n$/,
    )
  })

  test('a disk keeps owners and modes, and what it holds is on the host', async () => {
    disk.makeVolume('/opt/d')
    await runtime.volume('d', { type: 'disk', path: '/opt/d' })
    const run = await container([{ volume: 'd', path: '/d' }], { user: 1000, group: 2000 })
    assert.is(
      await run(
        'umask 077; echo mine > /d/f; mkdir /d/dir; ln -s f /d/l; cat /d/l; stat -c "%u %g %a %F" /d/f /d/dir /d/l',
      ),
      'mine\n1000 2000 600 regular file\n1000 2000 700 directory\n1000 2000 777 symbolic link\n',
    )
    assert.is(readFileSync(join(folder, 'opt/d/f'), 'utf8'), 'mine\n')
    assert.is(await run('mv /d/dir /d/moved; stat -c "%u %a" /d/moved; rmdir /d/moved; ls /d'), '1000 700\nf\nl\n')
    disk.removeVolume('/opt/d')
    assert.is(await run('ls /d'), 'ls: /d: No such file or directory\n[1]')
  })

  test('no path leads off the disk', async () => {
    const outside = mkdtempSync(join(tmpdir(), 'outside-'))
    writeFileSync(join(outside, 'secret'), 'secret')
    mkdirSync(join(folder, 'opt/p'), { recursive: true })
    symlinkSync(outside, join(folder, 'opt/p/way-out'))
    symlinkSync(join(outside, 'secret'), join(folder, 'opt/p/file-out'))
    await runtime.volume('p', { type: 'disk', path: '/opt/p' })
    const run = await container([{ volume: 'p', path: '/p' }])
    assert.not.match(
      await run('cat /p/way-out/secret; cat /p/file-out; echo x > /p/file-out; cat /p/../../secret'),
      'secret\n',
    )
    assert.is(readFileSync(join(outside, 'secret'), 'utf8'), 'secret')
    for (const names of [['..', 'x'], ['opt', '..', 'x'], ['a/b'], ['opt', 'p', 'way-out', 'secret'], ['a\0b']])
      assert.throws(() => disk.read(names, 0, 10))
    assert.throws(() => disk.read(['opt', 'p', 'file-out'], 0, 10))
    disk.removeVolume('/opt/p')
    assert.is(readFileSync(join(outside, 'secret'), 'utf8'), 'secret')
    rmSync(outside, { recursive: true })
  })

  test('a disk has room for 512 MB', () => {
    disk.makeVolume('/opt/full')
    disk.make(['opt', 'full', 'f'], { type: 'file', mode: 0o644, uid: 0, gid: 0 }, 2)
    disk.truncate(['opt', 'full', 'f'], 511 << 20, 2)
    assert.throws(
      () => disk.write(['opt', 'full', 'f'], 511 << 20, new Uint8Array(2 << 20), 2),
      'No space left on device',
    )
    assert.ok(disk.space(['opt', 'full']).used > 511 << 20)
    disk.removeVolume('/opt/full')
  })

  test('a container without a way to start says why, as runc does', async () => {
    const starting = (as: Partial<ContainerSpec>) =>
      container([], as).then(
        () => 'started',
        (error: Error & { exitCode?: number }) => `${error.exitCode} ${error.message}`,
      )
    assert.is(await starting({ argv: ['nosuch'] }), '127 exec: "nosuch": executable file not found in $PATH: unknown')
    assert.is(await starting({ argv: ['/x'] }), '127 exec: "/x": stat /x: no such file or directory: unknown')
    assert.is(await starting({ argv: ['/etc'] }), '126 exec: "/etc": permission denied: unknown')
  })

  test('who a container runs as comes from its image, unless it is said', async () => {
    assert.is(await (await container([]))('id; echo $HOME'), 'uid=0(root) gid=0(root) groups=0(root)\n/root\n')
    assert.is(
      await (
        await container([], { user: 33, groups: [7] })
      )('id -u; id -G; echo $HOME'),
      '33\n33 7\n/var/www\n',
    )
    assert.is(
      await (
        await container([], { user: 12_345 })
      )('id; echo $HOME'),
      'uid=12345 gid=0(root) groups=0(root)\n/\n',
    )
  })

  test('where memory is short, the busiest container is ended', async () => {
    const clock = new SteppedClock()
    const short = new LocalRuntime({ clock, disk, imageFor, buffers: 0 })
    await short.openPod(pod)
    const [, busy] = [
      await short.start(spec),
      await short.start({ ...spec, argv: ['sh', '-c', 'while :; do :; done'] }),
    ]
    await clock.step(250)
    for await (const { id, exitCode, reason } of short.exits) {
      assert.equal({ id, exitCode, reason }, { id: busy, exitCode: 137, reason: 'OOMKilled' })
      break
    }
    await short.close()
  })

  test('a program that takes more memory than there is, is ended', async () => {
    const small = new LocalRuntime({ clock: new SteppedClock(), disk, imageFor })
    await small.openPod(pod)
    await small.start({ ...spec, argv: ['sh', '-c', 'x=a; while :; do x=$x$x; done'] })
    for await (const { exitCode, reason } of small.exits) {
      assert.equal({ exitCode, reason }, { exitCode: 137, reason: 'OOMKilled' })
      break
    }
    await small.close()
  })
})
