import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { tests } from '../../support/tests.ts'

const root = join(import.meta.dirname, '../../../sandbox')

/** Of Node, what anything simulated may use: it reaches nothing. */
const harmless = new Set(['crypto', 'events', 'path', 'url', 'util', 'v8', 'zlib'].map((name) => `node:${name}`))

/** Who else uses what, and touches this machine by it. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  'node/disks.ts': ['node:fs'],
  'node/index.ts': ['node:worker_threads'],
  'node/remote.ts': ['node:worker_threads'],
  'node/serve.ts': ['node:worker_threads'],
  'node/syncdisk.ts': ['node:worker_threads'],
  'node/wire.ts': ['node:worker_threads'],
  'node/worker.ts': ['node:worker_threads'],
  'programs/postgres/archive.ts': ['node:fs'],
  'programs/postgres/data-folder.ts': ['node:fs', 'node:os', 'node:process'],
  'programs/postgres/engine-folder.ts': ['node:child_process', 'node:fs', 'node:process'],
  'programs/postgres/engine.ts': ['node:child_process'],
  'programs/postgres/prebuild.ts': ['node:fs', 'node:os'],
}

tests('what is simulated', (test) => {
  for (const room of ['node', 'programs', 'kubelet'])
    test(`imports nothing that reaches this machine: ${room}`, async () => {
      const names = (await readdir(join(root, room), { recursive: true })).filter((name) => name.endsWith('.ts'))
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
        if (!file.startsWith('programs/postgres/'))
          assert.not.match(
            source,
            /\b(?:require|createRequire|getBuiltinModule|fetch)\(|\bnew (?:WebSocket|EventSource)\(/,
            file,
          )
      }
    })
})
