import { execFile } from 'node:child_process'
import { mkdtemp, readdir, readFile, rename, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import * as assert from 'uvu/assert'
import { temporary } from '../../on-cluster/support/temporary.ts'
import { eventually, tests } from '../../support/tests.ts'
import { shipped } from './sandbox.ts'

const claim = { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name: 'data' } }
const size = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Mi' } } }

/** All that is below a folder of the host, by its path in it. */
const below = async (folder: string) => (await readdir(folder, { recursive: true })).toSorted()

tests(
  'the host',
  (test) => {
    const sandbox = shipped()
    test.before(async () => {
      const { pod, apply } = await sandbox
      await apply(JSON.stringify({ ...claim, spec: size }))
      const mounts = [
        { name: 'data', mountPath: '/data' },
        { name: 'node', mountPath: '/node' },
        { name: 'scratch', mountPath: '/scratch' },
      ]
      await pod(
        'box',
        { volumeMounts: mounts },
        {
          volumes: [
            { name: 'data', persistentVolumeClaim: { claimName: 'data' } },
            { name: 'node', hostPath: { path: '/' } },
            { name: 'scratch', emptyDir: {} },
          ],
        },
      )
    })
    test.after.each(async () => (await sandbox).answers())

    test("keeps what is the sandbox's in one folder, for its user alone", async () => {
      const { folder, token, pid } = await sandbox
      const modeOf = async (path: string) => ((await stat(path)).mode & 0o777).toString(8)
      assert.equal(await Promise.all(['', 'kubeconfig', 'disks'].map((name) => modeOf(join(folder, name)))), [
        '700',
        '600',
        '700',
      ])
      const id = await pid()
      for (const file of ['cmdline', 'environ']) assert.not.match(await readFile(`/proc/${id}/${file}`, 'utf8'), token)
      const { stdout } = await promisify(execFile)('ps', ['-ww', '-eo', 'args'])
      assert.not.match(stdout, token)
    })

    test('is not what a container sees, whatever leads there', async () => {
      const { sh, folder } = await sandbox
      const outside = temporary()
      await writeFile(join(outside, 'secret'), 'the secret')
      const steps = '../'.repeat(20)
      const ways = [outside, folder, '/proc/1/root/etc', '/etc', '/root', '/home'].flatMap((path) => [
        path,
        `/node${path}`,
        `/data/${steps}${path}`,
        `/node/${steps}${path}`,
        `/proc/self/root${path}`,
        `/proc/1/cwd/${path}`,
      ])
      const seen = await sh(
        'box',
        `for each in ${ways.join(' ')}; do cat $each/secret $each/shadow $each/kubeconfig; ls $each; done`,
      )
      assert.not.match(seen, 'the secret')
      assert.not.match(seen, 'certificate-authority-data')
      const made = await sh(
        'box',
        `ln -s ${outside}/secret /data/a; ln -s ${outside} /data/b; ln -s ../../../../../../.. /data/c; ln -s loop /data/loop
         cat /data/a /data/b/secret /data/c${outside}/secret /data/loop/x; echo x > /data/a; echo x > /data/b/made; ls /data/loop/; find /data -follow
         tar cf - -C / etc/hostname | tar xf - -C /data/b; cp /etc/hostname /data/c${outside}; ls -R /data`,
      )
      assert.not.match(made, 'the secret')
      assert.match(made, /No such file|Too many levels|Symbolic link loop/)
      assert.equal(
        [await readdir(outside), await readFile(join(outside, 'secret'), 'utf8')],
        [['secret'], 'the secret'],
      )
      for (const file of await below(join(folder, 'disks')))
        assert.not((await stat(join(folder, 'disks', file))).isSymbolicLink(), file)
      await sh('box', 'rm -r /data/a /data/b /data/c /data/loop')
    })

    test('is not where archives lead', async () => {
      const { kubectl, sh } = await sandbox
      const [from, to] = [temporary(), temporary()]
      await symlink('/etc/passwd', join(from, 'link'))
      await writeFile(join(from, 'file'), 'copied')
      assert.is((await kubectl('cp', from, 'box:/data/copied')).code, 0)
      assert.match(await sh('box', 'cat /data/copied/file; ls -l /data/copied/link'), 'copied')
      await sh('box', 'mkdir /scratch/d; ln -s /../../../../etc /scratch/d/etc; echo x > /scratch/d/x')
      await kubectl('cp', 'box:/scratch/d', join(to, 'got'))
      assert.ok(
        (await below(to)).every((file) => !file.includes('..') && !file.endsWith('etc')),
        String(await below(to)),
      )
      assert.match(await sh('box', 'cd /scratch; tar cf - ../etc/hostname | tar tf -'), 'etc/hostname')
    })

    test('is not where a subPath leads', async () => {
      const { kubectl, sh } = await sandbox
      const refused = async (volumeMount: object, volume: object) => {
        const containers = [
          { name: 'c', image: 'busybox:1.36', volumeMounts: [{ name: 'v', mountPath: '/v', ...volumeMount }] },
        ]
        const pod = {
          apiVersion: 'v1',
          kind: 'Pod',
          metadata: { name: 'sub' },
          spec: { containers, volumes: [{ name: 'v', ...volume }] },
        }
        const file = join(temporary(), 'pod.json')
        await writeFile(file, JSON.stringify(pod))
        return (await kubectl('create', '-f', file)).stderr
      }
      assert.match(await refused({ subPath: '../x' }, { emptyDir: {} }), "must not contain '..'")
      assert.match(await refused({ subPath: '/x' }, { emptyDir: {} }), 'must be a relative path')
      assert.match(await refused({}, { hostPath: { path: '/a/../..' } }), "must not contain '..'")
      const items = [{ key: 'a', path: '../a' }]
      assert.match(await refused({}, { configMap: { name: 'a', items } }), "must not contain '..'")
      await sh('box', 'ln -s / /data/out')
      const { stderr } = await kubectl(
        'run',
        'out',
        '--image=busybox:1.36',
        '--restart=Never',
        `--overrides=${JSON.stringify({
          spec: {
            containers: [
              {
                name: 'out',
                image: 'busybox:1.36',
                command: ['sleep', '1000'],
                volumeMounts: [{ name: 'v', mountPath: '/v', subPath: `out${tmpdir()}` }],
              },
            ],
            volumes: [{ name: 'v', persistentVolumeClaim: { claimName: 'data' } }],
          },
        })}`,
      )
      assert.is(stderr, '')
    })

    test('is not behind a folder that has become a link', async () => {
      const { folder, sh, must } = await sandbox
      const outside = await mkdtemp(join(tmpdir(), 'tour-outside-'))
      await writeFile(join(outside, 'secret'), 'the secret')
      const volume = await must('get', 'pv', '-o', 'jsonpath={.items[0].spec.hostPath.path}')
      const host = join(folder, 'disks', volume)
      await sh('box', 'echo mine > /data/mine')
      assert.is(await readFile(join(host, 'mine'), 'utf8'), 'mine\n')
      await rename(host, `${host}-away`)
      await symlink(outside, host)
      const said = await sh('box', 'cat /data/secret /data/mine; echo x > /data/made; rm -rf /data/secret; ls /data')
      assert.not.match(said, 'the secret')
      await must('delete', 'pod', 'box', 'out', '--now')
      await must('delete', 'pvc', 'data')
      await eventually(async () => (await must('get', 'pv')) === '')
      assert.equal(
        [await readdir(outside), await readFile(join(outside, 'secret'), 'utf8')],
        [['secret'], 'the secret'],
      )
      await rm(outside, { recursive: true })
    })
  },
  { limit: 60_000 },
)
