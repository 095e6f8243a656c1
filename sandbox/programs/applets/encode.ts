import { createHash } from 'node:crypto'
import { gunzipSync, gzipSync } from 'node:zlib'
import { type Applet, applet, type Call, Failure } from './applet.ts'
import { chomp, chunks, decode, encode } from './bytes.ts'

export const base64 = applet({
  name: 'base64',
  usage: '[-d] [-w COL] [FILE]',
  options: 'dw:i',
  long: { decode: 'd', wrap: 'w' },
  operands: [0, 1],
  run: async (call) => {
    let text = ''
    for await (const { path, file } of call.inputs()) text += await call.contents(file, path)
    if (call.status !== 0) return
    if (call.has('d')) {
      const clean = text.replace(/\s/g, '')
      const good = /^[A-Za-z0-9+/]*={0,2}/.exec(clean)?.[0] ?? ''
      await call.out(decode(Buffer.from(good, 'base64')))
      if (good.length !== clean.length || clean.length % 4 !== 0)
        throw new Failure(call.dialect === 'gnu' ? 'invalid input' : 'truncated input')
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
    options: 'csw',
    long: { check: 'c', status: 's' },
    run: async (call) => {
      if (call.has('c')) return check(call, algorithm)
      for await (const { path, file } of call.inputs()) {
        try {
          const hash = createHash(algorithm)
          for await (const chunk of chunks(file)) hash.update(chunk)
          await call.out(`${hash.digest('hex')}  ${path}\n`)
        } catch (error) {
          await call.refuse(error, `can't read '${path}'`, path)
        }
      }
      return undefined
    },
  })

async function check(call: Call, algorithm: string): Promise<void> {
  let [failed, total] = [0, 0]
  for await (const line of call.lines()) {
    const [, wanted, path = ''] = /^([0-9a-f]+) [ *](.*)$/.exec(chomp(line)) ?? []
    if (wanted === undefined) continue
    total += 1
    const data = await call.files.read(path).catch(() => undefined)
    const fine = data !== undefined && createHash(algorithm).update(data).digest('hex') === wanted
    if (!fine) failed += 1
    if (data === undefined) await call.complain(`can't open '${path}': No such file or directory`)
    if (!call.has('s')) await call.out(`${path}: ${fine ? 'OK' : 'FAILED'}\n`)
  }
  if (failed > 0 && !call.has('s'))
    await call.complain(`WARNING: ${failed} of ${total} computed checksums did NOT match`)
  if (failed > 0) call.status = 1
}

export const md5sum = digest('md5sum', 'md5')
export const sha1sum = digest('sha1sum', 'sha1')
export const sha256sum = digest('sha256sum', 'sha256')
export const sha512sum = digest('sha512sum', 'sha512')

const zipper = (name: 'gzip' | 'gunzip' | 'zcat'): Applet =>
  applet({
    name,
    usage: name === 'gzip' ? '[-cfkdt123456789] [FILE]...' : '[-cfkt] [FILE]...',
    options: 'cfkdtnq123456789',
    run: async (call) => {
      const unpacks = name !== 'gzip' || call.has('d')
      for await (const { path, file } of call.inputs()) {
        const data = encode(await call.contents(file, path))
        const changed = decode(unpacks ? unpacked(data, path) : gzipSync(data))
        if (path === '-' || call.has('c') || name === 'zcat') {
          await call.out(changed)
          continue
        }
        if (unpacks && !/\.(t?gz|z)$/i.test(path)) {
          await call.complain(`${path}: unknown suffix - ignored`)
          continue
        }
        const target = unpacks ? path.replace(/\.tgz$/, '.tar').replace(/\.g?z$/i, '') : `${path}.gz`
        await call.files.write(target, encode(changed), {
          write: true,
          create: true,
          ...(call.has('f') ? { truncate: true } : { exclusive: true }),
        })
        if (!call.has('k')) await call.files.unlink(path)
      }
    },
  })

/** At most as much as a file may hold here. */
function unpacked(data: Uint8Array, path: string): Uint8Array {
  try {
    return gunzipSync(data, { maxOutputLength: 256 << 20 })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw new Failure('No space left on device')
    throw new Failure(path === '-' ? 'invalid magic' : `${path}: invalid magic`)
  }
}

export const gzip = zipper('gzip')
export const gunzip = zipper('gunzip')
export const zcat = zipper('zcat')
