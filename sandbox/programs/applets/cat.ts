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
  run: async (call) => {
    const shows = 'nbvteATE'.split('').some((letter) => call.has(letter))
    const [ends, tabs] = ['eAE', 'tAT'].map((letters) => letters.split('').some((letter) => call.has(letter)))
    let number = 0
    for await (const { path, file } of call.inputs())
      try {
        if (!shows) for await (const chunk of chunks(file)) await call.write(1, decode(chunk))
        else
          for await (const line of lines(file)) {
            const counted = call.has('b') ? line !== '\n' : call.has('n')
            if (counted) await call.out(`${String((number += 1)).padStart(6)}\t`)
            const marked = ends === true ? line.replace(/\n$/, '$\n') : line
            await call.out(
              'vteA'.split('').some((letter) => call.has(letter)) ? visible(marked, tabs === true) : marked,
            )
          }
      } catch (error) {
        await call.cannotRead(error, path)
      }
  },
})
