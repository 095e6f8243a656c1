import { applet } from './applet.ts'
import { asBytes, asText } from './bytes.ts'

export const env = applet({
  name: 'env',
  usage: '[-iu0] [-] [name=value]... [PROG ARGS]',
  options: '+iu:0',
  long: { 'ignore-environment': 'i', unset: 'u' },
  misuse: 125,
  refused: ["can't execute '%'", "'%'"],
  run: async (call) => {
    const emptied = call.has('i') || call.words[0] === '-'
    const next = new Map(emptied ? [] : call.process.env)
    for (const name of call.values('u')) next.delete(asText(name))
    let rest = call.words[0] === '-' ? call.words.slice(1) : call.words
    for (; rest[0]?.includes('=') === true; rest = rest.slice(1)) {
      const [name = '', ...value] = rest[0].split('=')
      next.set(asText(name), asText(value.join('=')))
    }
    if (rest.length > 0) return call.exec(rest, next)
    const end = call.has('0') ? '\0' : '\n'
    for (const [name, value] of next) await call.out(asBytes(`${name}=${value}${end}`))
    return 0
  },
})

export const printenv = applet({
  name: 'printenv',
  usage: '[VARIABLE]...',
  run: async (call) => {
    if (call.words.length === 0)
      for (const [name, value] of call.process.env) await call.line(asBytes(`${name}=${value}`))
    for (const word of call.words) {
      const value = call.process.env.get(asText(word))
      if (value === undefined) call.status = 1
      else await call.line(asBytes(value))
    }
  },
})
