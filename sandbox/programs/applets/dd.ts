import { Errno, type OpenFile } from '../../node/process.ts'
import { applet, Failure, Misused } from './applet.ts'
import { mayHold } from './bytes.ts'
import { humanSize } from './size.ts'

const units: Readonly<Record<string, number>> = { b: 512, k: 2 ** 10, K: 2 ** 10, M: 2 ** 20, G: 2 ** 30 }

function numberOf(text: string): number {
  const [, digits = '', unit = ''] = /^(\d+)([bkKMG]?)$/.exec(text) ?? []
  if (digits === '') throw new Failure(`invalid number '${text}'`)
  return Number(digits) * (units[unit] ?? 1)
}

const inBusybox = (bytes: number, seconds: number) => {
  const human = (value: number) => `${humanSize(Math.round(value), false)}B`
  return ` (${human(bytes)}) copied, ${seconds.toFixed(6)} seconds, ${human(bytes / seconds)}/s`
}

const inGnu = (bytes: number, seconds: number) => {
  const size = (value: number, step: number, unit: string) =>
    humanSize(Math.round(value), false, step)
      .replace(/^\d{2,}\.\d/, (number) => Number(number).toFixed(0))
      .replace(/[A-Z]?$/, ` $&${unit}`)
  const decimal = (value: number) => size(value, 1000, 'B').replace('K', 'k')
  const binary = bytes < 1024 ? '' : `, ${size(bytes, 1024, 'iB')}`
  return `${bytes < 1000 ? '' : ` (${decimal(bytes)}${binary})`} copied, ${seconds} s, ${decimal(bytes / seconds)}/s`
}

export const dd = applet({
  name: 'dd',
  usage: '[if=FILE] [of=FILE] [ibs=N obs=N/bs=N] [count=N] [skip=N] [seek=N]',
  options: '+',
  run: async (call) => {
    const unknown = call.words.find((word) => !/^(if|of|bs|count|skip|seek|conv|[io]flag|status)=/.test(word))
    if (unknown !== undefined) throw new Misused(call.gnu ? `unrecognized operand '${unknown}'` : '')
    const value = (name: string) => call.words.findLast((word) => word.startsWith(`${name}=`))?.slice(name.length + 1)
    const number = (name: string, otherwise: string) => numberOf(value(name) ?? otherwise)
    const open = async (path: string | undefined, fd: number, flags: object): Promise<OpenFile | undefined> =>
      path === undefined
        ? call.process.fds.get(fd)
        : call.files.open(path, flags).catch((error: Error) => {
            throw new Failure(`${call.says("can't open", 'failed to open')} '${path}': ${error.message}`)
          })
    const [size, skip, seek] = [number('bs', '512'), number('skip', '0'), number('seek', '0')]
    mayHold(size)
    const truncate = seek === 0 && value('conv')?.includes('notrunc') !== true
    const from = await open(value('if'), 0, { read: true })
    const to = await open(value('of'), 1, { write: true, create: true, truncate })
    if (skip > 0) await from?.seek(skip * size, 'start')
    if (seek > 0) await to?.seek(seek * size, 'start')
    const counts = { readWhole: 0, readPart: 0, wroteWhole: 0, wrotePart: 0 }
    const began = call.process.clock.now()
    let bytes = 0
    for (let left = value('count') === undefined ? Infinity : number('count', '0'); left > 0; left -= 1) {
      const block = (await from?.read(size)) ?? new Uint8Array()
      if (block.length === 0) break
      const kind = block.length === size ? 'Whole' : 'Part'
      counts[`read${kind}`] += 1
      try {
        await to?.write(block)
      } catch (error) {
        if (!(error instanceof Errno)) throw error
        await call.complain(`error writing '${value('of') ?? 'standard output'}': ${error.message}`)
        break
      }
      counts[`wrote${kind}`] += 1
      bytes += block.length
    }
    if (value('status') === 'none') return
    const seconds = Math.max(1, call.process.clock.now() - began) / 1000
    const { readWhole, readPart, wroteWhole, wrotePart } = counts
    await call.write(2, `${readWhole}+${readPart} records in\n${wroteWhole}+${wrotePart} records out\n`)
    await call.write(2, `${bytes} bytes${call.gnu ? inGnu(bytes, seconds) : inBusybox(bytes, seconds)}\n`)
  },
})
