import { applet, Misused } from './applet.ts'
import { decode, encode } from './bytes.ts'
import { Editor } from './sed-editor.ts'
import { parseScript } from './sed-script.ts'

export const sed = applet({
  name: 'sed',
  usage: '[-i[SFX]] [-nrE] [-f FILE]... [-e CMD]... [FILE]...\nor: sed [-i[SFX]] [-nrE] CMD [FILE]...',
  options: 'i:nrEf:e:',
  gnu: 'suz',
  opens: ['%', "can't read %"],
  reads: ['', 'read error on %: @'],
  long: { 'in-place': 'i', quiet: 'n', silent: 'n', 'regexp-extended': 'E', expression: 'e', file: 'f' },
  // The suffix of -i may be left out, and stands right behind it.
  prepare: (argv) =>
    argv.flatMap((word) =>
      /^(-n?i|--in-place)$/.test(word) ? [...(word === '-ni' ? ['-n'] : []), '--in-place='] : [word],
    ),
  run: async (call) => {
    const scripts = [...call.values('e')]
    for (const path of call.values('f')) scripts.push(decode(await call.files.read(path)).replace(/\n$/, ''))
    const given = scripts.length > 0
    const script = given ? scripts.join('\n') : call.words[0]
    if (script === undefined) throw new Misused()
    const commands = parseScript(script, { extended: call.has('E') || call.has('r'), gnu: call.gnu })
    const paths = given ? call.words : call.words.slice(1)
    // Files that are written to are there from the start, and empty.
    for (const { name, text, substitution } of commands) {
      const target = name === 'w' ? text : substitution?.file
      if (target !== undefined && target !== '/dev/stdout') await call.files.write(target, new Uint8Array())
    }
    if (!call.has('i')) {
      const code = await new Editor(call, commands, paths, (text) => call.out(text)).run()
      return code ?? call.status
    }
    for (const path of paths) {
      let out = ''
      const code = await new Editor(call, commands, [path], async (text) => void (out += text)).run()
      const suffix = call.value('i')
      if (suffix) await call.files.write(path + suffix, await call.files.read(path))
      if (await call.files.stat(path).catch(() => undefined))
        await call.files.write(path, encode(out), { write: true, truncate: true })
      if (code !== undefined) return code
    }
    return call.status
  },
})
