import type { Stat } from '../../node/process.ts'
import { applet, type Call } from './applet.ts'
import { join } from './files.ts'
import { Expression, type Walk } from './find-expression.ts'

export const find = applet({
  name: 'find',
  usage: '[-HL] [PATH]... [OPTIONS] [ACTIONS]',
  // Its words with a dash are no options.
  prepare: (argv) => ['--', ...argv],
  run: async (call) => {
    const at = call.words.findIndex((word) => /^[-(!]/.test(word))
    const [paths, words] = at < 0 ? [call.words, []] : [call.words.slice(0, at), call.words.slice(at)]
    const expression = new Expression(call, words)
    const walk = expression.parse()
    for (const path of paths.length === 0 ? ['.'] : paths) await visit(call, walk, path, 0)
    await expression.finish()
  },
})

async function visit(call: Call, walk: Walk, path: string, depth: number): Promise<void> {
  await call.process.step()
  let stat: Stat
  try {
    stat = await call.files.lstat(path)
  } catch (error) {
    return call.refuse(error, path, `'${path}'`)
  }
  const found = { path, stat, pruned: false }
  const tested = depth >= walk.least
  if (tested && !walk.depthFirst) await walk.tests(found)
  if (stat.type === 'directory' && depth < walk.most && !found.pruned)
    try {
      for (const name of (await call.files.list(path)).toSorted()) await visit(call, walk, join(path, name), depth + 1)
    } catch (error) {
      await call.refuse(error, path, `'${path}'`)
    }
  if (tested && walk.depthFirst) await walk.tests(found)
}
