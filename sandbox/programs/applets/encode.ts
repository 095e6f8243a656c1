import { createHash } from 'node:crypto'
import { type Applet, applet, Failure } from './applet.ts'
import { chunks, decode } from './bytes.ts'

export const base64 = applet({
  name: 'base64',
  usage: '[-d] [-w COL] [FILE]',
  options: 'dw:i',
  long: { decode: 'd', wrap: 'w' },
  operands: [0, 1],
  run: async (call) => {
    let text = ''
    await call.inputs(async (file) => (text = await call.contents(file)))
    if (call.status !== 0) return
    if (call.has('d')) {
      const clean = text.replace(/\s/g, '')
      const good = /^[A-Za-z0-9+/]*={0,2}/.exec(clean)?.[0] ?? ''
      await call.out(decode(Buffer.from(good, 'base64')))
      if (good.length !== clean.length || clean.length % 4 !== 0)
        throw new Failure(call.says('truncated input', 'invalid input'))
      return
    }
    const encoded = Buffer.from(text, 'latin1').toString('base64')
    const width = call.number('w', 76)
    await call.out(width === 0 ? encoded : encoded.replace(new RegExp(`.{1,${width}}`, 'g'), '$&\n'))
  },
})

const digest = (name: string, algorithm: string): Applet =>
  applet({
    name,
    usage: '[-c[sw]] [FILE]...',
    opens: ["can't open '%'", '%'],
    reads: ["can't read '%': @", '%: @'],
    run: (call) =>
      call.inputs(async (file, path) => {
        const hash = createHash(algorithm)
        for await (const chunk of chunks(file)) hash.update(chunk)
        await call.line(`${hash.digest('hex')}  ${path}`)
      }),
  })

export const md5sum = digest('md5sum', 'md5')
export const sha1sum = digest('sha1sum', 'sha1')
export const sha256sum = digest('sha256sum', 'sha256')
export const sha512sum = digest('sha512sum', 'sha512')
