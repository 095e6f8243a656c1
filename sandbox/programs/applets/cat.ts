import { applet } from './applet.ts'
import { chunks, decode, lines } from './bytes.ts'

/** Control characters as ^X, the upper half as M-x. */
const visible = (text: string, tabs: boolean): string =>
  text.replace(/[^\n\x20-\x7e]/g, (char) => {
    const code = char.charCodeAt(0)
    if (char === '\t' && !tabs) return char
    const [prefix, low] = code >= 128 ? ['M-', code - 128] : ['', code]
    return prefix + (low < 32 || low === 127 ? `^${String.fromCharCode(low ^ 64)}` : String.fromCharCode(low))
  })

export const cat = applet({
  name: 'cat',
  usage: '[-nbvteA] [FILE]...',
  options: 'nbvteATEu',
  opens: ["can't open '%'", '%'],
  reads: ['read error: @', '%: @'],
  run: (call) => {
    let number = 0
    return call.inputs(async (file) => {
      if (!call.has('nbvteATE')) for await (const chunk of chunks(file)) await call.write(1, decode(chunk))
      else
        for await (const line of lines(file)) {
          const counted = call.has('b') ? line !== '\n' : call.has('n')
          if (counted) await call.out(`${String((number += 1)).padStart(6)}\t`)
          const marked = call.has('eAE') ? line.replace(/\n$/, '$\n') : line
          await call.out(call.has('vteA') ? visible(marked, call.has('tAT')) : marked)
        }
    })
  },
})
