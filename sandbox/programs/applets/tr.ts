import { applet, Misused } from './applet.ts'
import { chunks, decode } from './bytes.ts'

const all = Array.from({ length: 256 }, (_, code) => String.fromCharCode(code))
const classes: Readonly<Record<string, RegExp>> = {
  alpha: /[A-Za-z]/,
  digit: /[0-9]/,
  alnum: /[A-Za-z0-9]/,
  upper: /[A-Z]/,
  lower: /[a-z]/,
  space: /[ \t-\r]/,
  blank: /[ \t]/,
  punct: /[!-/:-@[-`{-~]/,
  cntrl: /[^ -~\x80-\xff]/,
  print: /[ -~]/,
  graph: /[!-~]/,
  xdigit: /[0-9A-Fa-f]/,
}
const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', a: '\x07', b: '\b', f: '\f', v: '\v' }

export const tr = applet({
  name: 'tr',
  usage: '[-cds] STRING1 [STRING2]',
  options: '+Ccds',
  operands: [1, 2],
  run: async (call) => {
    const [first = '', second] = call.words
    if (second === undefined && !call.has('d') && !call.has('s') && call.gnu)
      throw new Misused(`missing operand after '${first}'\nTwo strings must be given when translating.`)
    const given = new Set(expand(first))
    const from = call.has('cC') ? all.filter((char) => !given.has(char)) : expand(first)
    const to = second === undefined ? [] : expand(second)
    const deleted = new Set(call.has('d') ? from : [])
    const squeezed = new Set(call.has('s') ? (to.length > 0 ? to : from) : [])
    const map = new Map(
      call.has('d') || to.length === 0 ? [] : from.map((char, at) => [char, to[at] ?? to.at(-1) ?? '']),
    )
    let last = ''
    for await (const chunk of chunks(call.stdin)) {
      let out = ''
      for (const char of decode(chunk)) {
        if (deleted.has(char)) continue
        const changed = map.get(char) ?? char
        if (changed === last && squeezed.has(changed)) continue
        out += last = changed
      }
      await call.out(out)
    }
  },
})

/** a-z, [:upper:], \n, \101 */
function expand(text: string): string[] {
  const out: string[] = []
  const tokens = /\[:(\w+):\]|\\([0-7]{1,3})|\\(.)|([^])/gs
  const pieces = [...text.matchAll(tokens)].map(([whole, name, octal, escaped, plain]) => {
    if (name !== undefined) return all.filter((char) => classes[name]?.test(char))
    if (octal !== undefined) return [String.fromCharCode(parseInt(octal, 8) & 255)]
    if (escaped !== undefined) return [escapes[escaped] ?? escaped]
    return [plain ?? whole]
  })
  for (let at = 0; at < pieces.length; at += 1) {
    const [start = '', end] = [pieces[at]?.[0], pieces[at + 2]?.[0]]
    if (pieces[at + 1]?.[0] === '-' && end !== undefined && pieces[at]?.length === 1) {
      out.push(...all.slice(start.charCodeAt(0), end.charCodeAt(0) + 1))
      at += 2
    } else out.push(...(pieces[at] ?? []))
  }
  return out
}
