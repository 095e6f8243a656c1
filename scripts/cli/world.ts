/** The process as the program sees it: everything that it reads from or writes to outside a cluster. */
export interface World {
  readonly stdin: NodeJS.ReadStream
  readonly stdout: NodeJS.WriteStream
  readonly stderr: NodeJS.WriteStream
  readonly env: NodeJS.ProcessEnv
  readonly signals: Pick<NodeJS.EventEmitter, 'on' | 'off'>
  /** Leaves without waiting for anything. Only for a second Ctrl-C. */
  readonly exit: (code: number) => void
}

/** Somebody is there to be asked, on a terminal that can show the question. */
export const canAsk = ({ stdin, stdout, env }: World, input: boolean) =>
  input && stdin.isTTY && stdout.isTTY && env['TERM'] !== 'dumb' && (env['CI'] ?? '') === ''

/** One sentence on standard error, and its way out below it. */
export function complain({ stderr }: World, sentence: string, wayOut: string): void {
  stderr.write(`${sentence}\n`)
  for (const line of wayOut.split('\n')) if (line !== '') stderr.write(`  ${line}\n`)
}
