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
    const at = call.words.findIndex((word) => /^[-(!]/.test(word) && word !== '-L' && word !== '-H')
    const [paths, words] = at < 0 ? [call.words, []] : [call.words.slice(0, at), call.words.slice(at)]
    const expression = new Expression(call, words)
    const walk = await expression.parse()
    const starts = paths.filter((path) => path !== '-L' && path !== '-H')
    for (const path of starts.length === 0 ? ['.'] : starts)
      if (!(await visit(call, walk, path, 0, paths.includes('-L')))) break
    await expression.finish()
  },
})

/** False once -quit has been reached. */
async function visit(call: Call, walk: Walk, path: string, depth: number, follow: boolean): Promise<boolean> {
  await call.process.step()
  let stat: Stat
  try {
    stat = await (follow ? call.files.stat(path).catch(() => call.files.lstat(path)) : call.files.lstat(path))
  } catch (error) {
    await call.refuse(error, path, `'${path}'`)
    return true
  }
  const found = { path, stat, pruned: false, quit: false }
  const test = async () => depth < walk.least || (await walk.tests(found), !found.quit)
  if (!walk.depthFirst && !(await test())) return false
  if (stat.type === 'directory' && depth < walk.most && !found.pruned)
    try {
      for (const name of (await call.files.list(path)).toSorted())
        if (!(await visit(call, walk, join(path, name), depth + 1, follow))) return false
    } catch (error) {
      await call.refuse(error, path, `'${path}'`)
    }
  return !walk.depthFirst || test()
}
