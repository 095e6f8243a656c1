import { Errno, type Process } from '../../../node/process.ts'
import { signalNames, signalNumber, signalOf } from '../signals.ts'
import { tool, Usage, write } from './tool.ts'

/** kill [-s SIGNAL | -SIGNAL] PID..., kill -l [SIGNAL]. */
export const kill = tool(async (process, args, _name, complain) => {
  const [first = '', ...others] = args
  if (first === '-l') return list(process, others)
  const named = first === '-s' || first === '-n'
  const given = named ? others[0] : /^-[^-]/.test(first) ? first.slice(1) : undefined
  const pids = (named ? others.slice(1) : given === undefined ? args : others).filter((arg) => arg !== '--')
  const number = given === undefined ? 15 : signalNumber(given)
  if (number === undefined) throw new Usage(`bad signal name '${given}'`)
  if (pids.length === 0) throw new Usage('you need to specify whom to kill')
  let status = 0
  for (const pid of pids) {
    const failure = send(process, pid, number)
    if (failure === undefined) continue
    status = 1
    await complain(failure)
  }
  return status
})

function send(process: Process, pid: string, number: number): string | undefined {
  if (!/^-?\d+$/.test(pid)) return `invalid number '${pid}'`
  try {
    process.kill(Number(pid), number === 0 ? 0 : signalOf(number))
    return undefined
  } catch (error) {
    if (!(error instanceof Errno)) throw error
    return `can't kill pid ${pid}: ${error.message}`
  }
}

async function list(process: Process, args: readonly string[]): Promise<number> {
  const all = signalNames.map((name, number) => `${String(number).padStart(2)}) ${name}`).slice(1)
  const asked = args.map((arg) => {
    // A status of a process that a signal has ended counts as the signal.
    const number = signalNumber(/^\d+$/.test(arg) ? String(Number(arg) & 127) : arg)
    if (number === undefined) throw new Usage(`unknown signal '${arg}'`)
    return /^\d+$/.test(arg) ? signalNames[number] : number
  })
  await write(process, `${(args.length === 0 ? all : asked).join('\n')}\n`)
  return 0
}
