import { applet, type Call } from './applet.ts'
import { chomp } from './bytes.ts'

export const uniq = applet({
  name: 'uniq',
  usage: '[-cduiz] [-f,s,w N] [FILE [OUTFILE]]',
  options: 'cdui',
  operands: [0, 1],
  run: async (call) => {
    const key = (line: string) => (call.has('i') ? line.toLowerCase() : line)
    let [current, count]: [string | undefined, number] = [undefined, 0]
    for await (const line of call.lines()) {
      const text = chomp(line)
      if (current !== undefined && key(text) === key(current)) count += 1
      else {
        await print(call, current, count)
        ;[current, count] = [text, 1]
      }
    }
    await print(call, current, count)
  },
})

async function print(call: Call, line: string | undefined, count: number): Promise<void> {
  if (line === undefined || (call.has('d') && count === 1) || (call.has('u') && count > 1)) return
  await call.out(`${call.has('c') ? `${String(count).padStart(7)} ` : ''}${line}\n`)
}
