import { applet, type Call } from './applet.ts'
import { chomp } from './bytes.ts'

export const uniq = applet({
  name: 'uniq',
  usage: '[-cduiz] [-f,s,w N] [FILE [OUTFILE]]',
  options: 'cduif:s:w:z',
  operands: [0, 2],
  run: async (call) => {
    const [skipFields, skip, width] = [call.number('f', 0), call.number('s', 0), call.number('w', Infinity)]
    const key = (line: string) => {
      const rest = line.replace(new RegExp(`^(?:\\s*\\S+){0,${skipFields}}`), '')
      const kept = (skipFields > 0 ? rest : line).slice(skip, skip + width)
      return call.has('i') ? kept.toLowerCase() : kept
    }
    let [current, count]: [string | undefined, number] = [undefined, 0]
    for await (const line of call.lines(call.words.slice(0, 1))) {
      const text = chomp(line)
      if (current !== undefined && key(text) === key(current)) count += 1
      else {
        if (current !== undefined) await print(call, current, count)
        ;[current, count] = [text, 1]
      }
    }
    if (current !== undefined) await print(call, current, count)
  },
})

async function print(call: Call, line: string, count: number): Promise<void> {
  if ((call.has('d') && count === 1) || (call.has('u') && count > 1)) return
  await call.out(`${call.has('c') ? `${String(count).padStart(7)} ` : ''}${line}\n`)
}
