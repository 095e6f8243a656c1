import { realClock } from '../../../../sandbox/clock.ts'
import type { Program } from '../../../../sandbox/node/process.ts'
import { sh, shell } from '../../../../sandbox/programs/sh/index.ts'
import { machine, type MachineOptions } from '../../support/machine.ts'

const encoder = new TextEncoder()

/** Programs that are just enough to try a shell with. */
const cat: Program = async (process) => {
  const [, ...paths] = process.argv
  const output = process.fds.get(1)
  for (const path of paths) await output?.write(await process.files.read(path))
  if (paths.length > 0) return 0
  for (;;) {
    const bytes = (await process.fds.get(0)?.read(65_536)) ?? new Uint8Array()
    if (bytes.length === 0) return 0
    await output?.write(bytes)
  }
}

const sleep: Program = async (process) => {
  await process.sleep(Number(process.argv[1]) * 1000)
  return 0
}

const env: Program = async (process) => {
  const lines = [...process.env].map(([name, value]) => `${name}=${value}\n`).toSorted()
  await process.fds.get(1)?.write(encoder.encode(lines.join('')))
  return 0
}

/** Its pid and how it is called. */
const self: Program = async (process) => {
  await process.fds.get(1)?.write(encoder.encode(`${process.pid} ${process.argv.join(' ')}\n`))
  return 0
}

const yes: Program = async (process) => {
  for (;;) await process.fds.get(1)?.write(encoder.encode('y\n'))
}

const programs = new Map<string, Program>([
  ['/bin/sh', sh],
  ['/bin/dash', shell('dash')],
  ['/bin/bash', shell('bash')],
  ['/bin/cat', cat],
  ['/bin/sleep', sleep],
  ['/bin/env', env],
  ['/bin/self', self],
  ['/bin/yes', yes],
])

export const shellMachine = (options: MachineOptions = {}) => machine(programs, { clock: realClock, ...options })

/** What a script prints on both outputs, and its exit code when it is not 0. */
export async function says(script: string, options: MachineOptions = {}): Promise<string> {
  const { stdout, stderr, code } = await shellMachine(options).run(script)
  return stdout + stderr + (code === 0 ? '' : `[${code}]`)
}
