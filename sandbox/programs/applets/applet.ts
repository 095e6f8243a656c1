import { Errno, type Process, type Program } from '../../node/process.ts'
import { asBytes } from './bytes.ts'
import { Call, type Dialect, Failure, type Manner, Misused } from './call.ts'
import { parseOptions, WrongOption } from './options.ts'

export { type Call, type Dialect, Failure, Misused, numberIn } from './call.ts'

export interface Spec extends Manner {
  readonly name: string
  /** The line of its usage, after its name. */
  readonly usage: string
  /** As getopt has it: "la", "n:" takes a value, "+" in front: nothing after the first operand is an option. */
  readonly options?: string
  /** Options that only GNU's program has. */
  readonly gnu?: string
  readonly long?: Readonly<Record<string, string>>
  /** Rewrites argv first, where options are written in a way of their own. */
  readonly prepare?: (argv: readonly string[]) => readonly string[]
  /** How many operands it needs and takes. */
  readonly operands?: readonly [least: number, most?: number]
  /** The exit code where it is used in a wrong way; 1 by default. */
  readonly misuse?: number
  readonly run: (call: Call) => Promise<number | void>
}

export interface Applet {
  readonly name: string
  readonly program: (dialect: Dialect) => Program
}

export const applet = (spec: Spec): Applet => ({
  name: spec.name,
  program: (dialect) => (process) => runApplet(spec, process, dialect),
})

async function runApplet(spec: Spec, process: Process, dialect: Dialect): Promise<number> {
  const call = new Call(process, spec.name, dialect, spec)
  try {
    const argv = process.argv.slice(1).map(asBytes)
    if (argv.length === 1 && argv[0] === '--help') return await showUsage(call, spec, 0)
    const options = (spec.options ?? '') + (call.gnu ? (spec.gnu ?? '') : '')
    call.take(parseOptions(spec.prepare?.(argv) ?? argv, options, spec.long))
    const [least, most = Infinity] = spec.operands ?? [0]
    if (call.words.length < least && call.gnu) throw new Misused(missing(call.words))
    if (call.words.length < least || call.words.length > most) throw new Misused()
    const code = (await spec.run(call)) ?? call.status
    await call.flush()
    return code
  } catch (error) {
    const { misuse = 1 } = spec
    if (!(error instanceof Error)) throw error
    if (error instanceof WrongOption && isNamed(error.option, spec)) {
      await call.complain(`${error.option} is not modelled in the sandbox`)
      return misuse
    }
    if (error instanceof WrongOption || error instanceof Misused) {
      if (error.message !== '') await call.complain(error.message)
      return showUsage(call, spec, misuse)
    }
    if (!(error instanceof Failure || error instanceof Errno)) throw error
    await call.complain(error instanceof Errno ? asBytes(error.message) : error.message)
    return error instanceof Failure ? error.code : 1
  }
}

/** An option of its usage is one that the real program has. */
const isNamed = (option: string, { usage }: Spec) => {
  const [letters = ''] = usage.split(/\s/)
  return /^-[^-]$/.test(option) && letters.includes(option.slice(1))
}

/** As coreutils word it. */
const missing = (words: readonly string[]) => `missing operand${words.length === 0 ? '' : ` after '${words.at(-1)}'`}`

/** The build that the cluster's image of busybox:1.36 holds, which this one is held to. */
export const banner = 'BusyBox v1.35.0 (1970-01-01 00:00:00 UTC) multi-call binary.'

async function showUsage(call: Call, { name, usage }: Spec, code: number): Promise<number> {
  const line = `${name} ${usage}`.trimEnd()
  await call.write(2, call.says(`${banner}\n\nUsage: ${line}\n`, `Try '${name} --help' for more information.\n`))
  return code
}
