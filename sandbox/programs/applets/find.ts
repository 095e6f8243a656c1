import { applet } from './applet.ts'
import { join } from './files.ts'
import { Expression } from './find-expression.ts'

export const find = applet({
  name: 'find',
  usage: '[-HL] [PATH]... [OPTIONS] [ACTIONS]',
  refused: ['%', "'%'"],
  // Its words with a dash are no options.
  prepare: (argv) => ['--', ...argv],
  run: async (call) => {
    const first = call.words.findIndex((word) => /^[-(!]/.test(word))
    const paths = first < 0 ? call.words : call.words.slice(0, first)
    const expression = new Expression(call, call.words.slice(paths.length))
    const tests = expression.parse()
    const { least, most, depthFirst } = expression
    const visit = async (path: string, depth: number): Promise<void> => {
      await call.process.step()
      const stat = await call.files.lstat(path)
      const found = { path, stat, pruned: false }
      if (depth >= least && !depthFirst) await tests(found)
      if (stat.type === 'directory' && depth < most && !found.pruned)
        try {
          const names = (await call.files.list(path)).toSorted()
          const inside = names.map((name) => join(path, name))
          await call.each((each) => visit(each, depth + 1), inside)
        } catch (error) {
          await call.refuse(error, path)
        }
      if (depth >= least && depthFirst) await tests(found)
    }
    await call.each((path) => visit(path, 0), paths.length === 0 ? ['.'] : paths)
    await expression.finish()
  },
})
