import { applet } from './applet.ts'
import { chomp } from './bytes.ts'

export const uniq = applet({
  name: 'uniq',
  usage: '[-cduiz] [-f,s,w N] [FILE [OUTFILE]]',
  options: 'cdui',
  operands: [0, 1],
  opens: ["can't open '%'", '%'],
  reads: ['%: I/O error', '%: @'],
  run: async (call) => {
    const key = (line: string) => (call.has('i') ? line.toLowerCase() : line)
    let [current, count]: [string | undefined, number] = [undefined, 0]
    const print = async () => {
      if (current === undefined || (call.has('d') && count === 1) || (call.has('u') && count > 1)) return
      await call.line(`${call.has('c') ? `${String(count).padStart(7)} ` : ''}${current}`)
    }
    await call.lines(async (line) => {
      const text = chomp(line)
      if (current !== undefined && key(text) === key(current)) return void (count += 1)
      await print()
      ;[current, count] = [text, 1]
    })
    await print()
  },
})
