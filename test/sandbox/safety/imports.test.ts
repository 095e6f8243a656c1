import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { tests } from '../../support/tests.ts'

const root = join(import.meta.dirname, '../../../sandbox')

/** Of Node, what anything simulated may use: it reaches nothing. */
const harmless = new Set(
  ['crypto', 'events', 'path', 'readline', 'stream', 'url', 'util', 'v8', 'worker_threads', 'zlib'].map(
    (name) => `node:${name}`,
  ),
)

/** Who else uses what, and touches this machine by it. */
const allowed: Readonly<Record<string, readonly string[]>> = { 'node/disks.ts': ['node:fs'] }

tests('what is simulated', (test) => {
  for (const room of ['node', 'programs', 'kubelet'])
    test(`imports nothing that reaches this machine: ${room}`, async () => {
      // Postgres is a process of its own, with a folder of its own.
      const names = (await readdir(join(root, room), { recursive: true })).filter(
        (name) => name.endsWith('.ts') && !name.startsWith('postgres/'),
      )
      assert.ok(names.length > 0)
      for (const name of names) {
        const file = `${room}/${name}`
        const source = await readFile(join(root, file), 'utf8')
        const found = [...source.matchAll(/(?:from|import)\s*\(?\s*'((?:node:)?[a-z_/]+)'/g)].map(
          ([, module = '']) => module,
        )
        const more = found.filter((module) => module.startsWith('node:') && !harmless.has(module))
        assert.equal(more.toSorted(), [...(allowed[file] ?? [])], file)
        const bare = found.filter((module) =>
          ['fs', 'net', 'dns', 'http', 'https', 'tls', 'child_process'].includes(module),
        )
        assert.equal(bare, [], file)
        assert.not.match(
          source,
          /\b(?:require|createRequire|getBuiltinModule|fetch)\(|\bnew (?:WebSocket|EventSource)\(/,
          file,
        )
      }
    })
})
