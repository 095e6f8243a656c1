import * as assert from 'uvu/assert'
import { imageFor } from '../../../sandbox/programs/images.ts'
import { tests } from '../../support/tests.ts'
import { machine, type RunOptions } from '../support/machine.ts'

const busybox = imageFor('busybox:1.36')

/** What a script prints, both streams, and its exit code where that is not 0. */
async function printed(
  script: string,
  options: RunOptions & { readonly before?: string; readonly readOnly?: boolean } = {},
) {
  const { run } = machine(busybox, { readOnly: options.readOnly ?? false, room: 4 << 20 })
  if (options.before !== undefined) await run(options.before)
  const { stdout, stderr, code } = await run(script, options)
  return `${stdout}${stderr}${code === 0 ? '' : `[${code}]`}`
}

tests('files', (test) => {
  test('hard links share, symlinks lead, and what is unlinked stays while it is open', async () => {
    assert.is(
      await printed('cd /tmp; echo 1 > a; ln a b; ln -s a c; echo 2 >> c; cat b; stat -c %h a; rm a; cat b; cat c'),
      "1\n2\n2\n1\n2\ncat: can't open 'c': No such file or directory\n[1]",
    )
    assert.is(await printed('exec 3>/tmp/f; rm /tmp/f; echo hidden >&3; cat /proc/self/fd/3; ls /tmp'), 'hidden\n')
  })

  test('links that go in circles end in ELOOP', async () => {
    const circle = 'ln -s b /tmp/a; ln -s a /tmp/b; cat /tmp/a'
    assert.is(await printed(circle), "cat: can't open '/tmp/a': Too many levels of symbolic links\n[1]")
  })

  test('nothing is above the root', async () => {
    assert.is(await printed('cd ../../../../..; pwd; ls -d ../../bin'), '/\n../../bin\n')
  })

  test('a path through a file is none', async () => {
    assert.is(await printed('cat /etc/passwd/x'), "cat: can't open '/etc/passwd/x': Not a directory\n[1]")
  })

  test('permissions are those of the user', async () => {
    const before = 'mkdir -m 700 /tmp/private; echo x > /tmp/private/x; echo s > /tmp/s; chmod 640 /tmp/s'
    assert.is(
      await printed('cat /tmp/private/x; cat /tmp/s; echo y > /y; rm /etc/passwd', { uid: 1000, before }),
      [
        "cat: can't open '/tmp/private/x': Permission denied",
        "cat: can't open '/tmp/s': Permission denied",
        "/bin/sh: can't create /y: Permission denied",
        "rm: can't remove '/etc/passwd': Permission denied",
        '[1]',
      ].join('\n'),
    )
    assert.is(await printed('cat /tmp/s', { uid: 1000, gid: 0, before }), 's\n')
  })

  test('in /tmp one may only remove what is one’s own', async () => {
    const before = 'echo x > /tmp/x'
    assert.is(
      await printed('rm -f /tmp/x; touch /tmp/y && rm /tmp/y', { uid: 1000, before }),
      "rm: can't remove '/tmp/x': Operation not permitted\n",
    )
  })

  test('a read-only root refuses, /dev does not', async () => {
    assert.is(
      await printed('echo x > /x; mkdir /tmp/d; echo x > /dev/null; echo x > /dev/shm/x && cat /dev/shm/x', {
        readOnly: true,
      }),
      "x\n/bin/sh: can't create /x: Read-only file system\nmkdir: can't create directory '/tmp/d': Read-only file system\n",
    )
  })

  test('a full file system says so, and has room again afterwards', async () => {
    assert.match(
      await printed('yes > /tmp/big; rm /tmp/big; echo ok > /tmp/ok; cat /tmp/ok'),
      /^ok\nyes: .*No space left on device\n$/,
    )
  })

  test('a container changes its own copy of the image, not the image', async () => {
    const first = machine(busybox)
    await first.run('echo mine > /etc/passwd; rm -r /bin/ls /home')
    assert.is((await first.run('cat /etc/passwd; test -e /home || echo gone')).stdout, 'mine\ngone\n')
    assert.is((await machine(busybox).run('head -c 4 /etc/passwd; ls -d /home')).stdout, 'root/home\n')
  })

  test('/proc shows processes, and only its own files to a user', async () => {
    const { run, start } = machine(busybox)
    const sleeper = start(['sleep', '1000'])
    const { pid } = sleeper
    const { stdout } = await run(
      `cd /proc/${pid}; tr '\\0' ' ' < cmdline; cat comm; readlink exe cwd; grep -E 'State|PPid' status; ls fd`,
    )
    assert.is(stdout, 'sleep 1000 sleep\n/bin/sleep\n/\nState:\tS (sleeping)\nPPid:\t0\n0\n1\n2\n')
    assert.match((await run(`cat /proc/${pid}/environ`, { uid: 5 })).stderr, 'Permission denied')
    sleeper.signal('SIGKILL')
    await sleeper.ended
    assert.match((await run(`ls /proc/${pid}`)).stderr, 'No such file or directory')
  })
})
