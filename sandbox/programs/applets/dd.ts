import { applet, Failure, Misused } from './applet.ts'
import { amount } from './head.ts'

const speedOf = (bytes: number, seconds: number) => {
  const perSecond = bytes / Math.max(seconds, 1e-6)
  for (const [unit, size] of [
    ['GB', 2 ** 30],
    ['MB', 2 ** 20],
    ['KB', 2 ** 10],
  ] as const)
    if (perSecond >= size) return `${(perSecond / size).toFixed(1)}${unit}`
  return `${perSecond.toFixed(0)}B`
}

export const dd = applet({
  name: 'dd',
  usage: '[if=FILE] [of=FILE] [bs=N] [count=N] [skip=N] [seek=N]',
  run: async (call) => {
    const options = new Map(call.words.map((word) => [word.replace(/=.*$/s, ''), word.replace(/^[^=]*=/, '')]))
    for (const word of call.words)
      if (!/^(if|of|[io]?bs|count|skip|seek|conv|status|[io]flag)=/.test(word)) throw new Misused()
    const number = (name: string, otherwise: number) => amount(options.get(name) ?? String(otherwise))
    const size = number('bs', 512)
    if (size > 128 << 20) throw new Failure('memory exhausted')
    const input = await call.open(options.get('if') ?? '-')
    if (input === undefined) return 1
    const path = options.get('of')
    const keeps = options.get('conv')?.includes('notrunc') === true || options.has('seek')
    let output = call.process.fds.get(1)
    try {
      if (path !== undefined)
        output = await call.files.open(path, { write: true, create: true, ...(keeps ? {} : { truncate: true }) })
    } catch (error) {
      await call.refuse(error, `can't open '${path}'`, `failed to open '${path}'`)
      return 1
    }
    if (options.has('seek')) await output?.seek(number('seek', 0) * size, 'start')
    for (let skipped = 0; skipped < number('skip', 0); skipped += 1) await input.read(size)
    const started = call.process.clock.now()
    let [whole, partial, bytes, failure] = [0, 0, 0, '']
    const count = number('count', Number.MAX_SAFE_INTEGER)
    while (whole + partial < count) {
      await call.process.step()
      const piece = await input.read(size)
      if (piece.length === 0) break
      if (piece.length === size) whole += 1
      else partial += 1
      try {
        await output?.write(piece)
      } catch (error) {
        failure = (error as Error).message
        break
      }
      bytes += piece.length
    }
    if (failure !== '') await call.complain(`error writing '${path ?? 'standard output'}': ${failure}`)
    const seconds = (call.process.clock.now() - started) / 1000
    const written = failure === '' ? whole : whole - 1
    await call.write(2, `${whole}+${partial} records in\n${written}+${partial} records out\n`)
    const human = bytes >= 1024 ? `${bytes} bytes (${speedOf(bytes, 1)})` : `${bytes} bytes (${bytes}B)`
    if (options.get('status') !== 'none')
      await call.write(
        2,
        call.dialect === 'gnu'
          ? `${bytes} bytes copied, ${seconds} s, ${speedOf(bytes, seconds)}/s\n`
          : `${human} copied, ${seconds.toFixed(6)} seconds, ${speedOf(bytes, seconds)}/s\n`,
      )
    if (path !== undefined) output?.close()
    return failure === '' ? 0 : 1
  },
})
