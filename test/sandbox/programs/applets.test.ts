import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { imageFor } from '../../../sandbox/programs/images.ts'
import { tests } from '../../support/tests.ts'
import { machine } from '../support/machine.ts'

// Each script with what it printed, both streams, on a real cluster: in busybox:1.36 and in nginx-unprivileged:1.25. Each runs in a folder with the
// files s (1 to 5, a line each) and f (foo, bar).
const recorded = async (name: string) =>
  JSON.parse(await readFile(join(import.meta.dirname, 'fixtures', name), 'utf8')) as [script: string, output: string][]

const images = [
  ['busybox:1.36', 'busybox.json', 0],
  ['nginxinc/nginx-unprivileged:1.25', 'debian.json', 101],
] as const

for (const [reference, fixture, uid] of images)
  tests(`the tools of ${reference} print what they print on a cluster`, (test) => {
    test('all of them', async () => {
      const image = imageFor(reference)
      const wrong: string[] = []
      for (const [script, output] of await recorded(fixture)) {
        const files = [
          { path: '/tmp/case', content: 'directory', mode: 0o777 },
          { path: '/tmp/case/s', content: '1\n2\n3\n4\n5\n', uid, gid: uid },
          { path: '/tmp/case/f', content: 'foo\nbar\n', uid, gid: uid },
          { path: '/etc/hostname', content: 'machine\n' },
        ] as const
        const { stdout } = await machine(image, { files }).run(['sh', '-c', `( ${script}\n) 2>&1`], {
          cwd: '/tmp/case',
          uid,
          stdin: '',
        })
        if (stdout !== output)
          wrong.push(`${script}\n  printed ${JSON.stringify(stdout)}\n  not     ${JSON.stringify(output)}`)
      }
      assert.is(wrong.join('\n'), '')
    })
  })

tests('hostname', (test) => {
  test('has its full name of /etc/hosts, of whatever line that is', async () => {
    const content = '127.0.0.1\tlocalhost\n10.244.0.9\tmachine.set.default.svc.cluster.local\tmachine\n'
    const box = machine(imageFor('busybox:1.36'), { files: [{ path: '/etc/hosts', content }] })
    const { stdout } = await box.run('hostname; hostname -s; hostname -f; hostname -d')
    const domain = 'set.default.svc.cluster.local'
    assert.is(stdout, `machine\nmachine\nmachine.${domain}\n${domain}\n`)
  })
})
