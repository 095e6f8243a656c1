import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { connect } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { refused } from './problem.ts'

// In a process group of its own, so that a Ctrl-C at the terminal does not take it away from the cleaning. The shell ends it, and removes the
// run's folder, when its standard input closes: that happens however this process dies.
const guardian = `"$0" proxy --unix-socket="$1" --reject-paths='^$' <&- & cat; kill $! 2>/dev/null; [ -z "$2" ] || rm -rf "$2"`

/** One `kubectl proxy` on a socket in the run's private folder: the way of the tour's own reads, watches and deletes. */
export class Proxy {
  readonly socket: string
  readonly #start: () => ChildProcess
  #child: ChildProcess
  #closed = false

  private constructor(socket: string, start: () => ChildProcess) {
    this.socket = socket
    this.#start = start
    this.#child = this.#watched()
  }

  /** Starts it and waits until it accepts connections. */
  static async start(kubectl: string, folder: string, env: NodeJS.ProcessEnv): Promise<Proxy> {
    const socket = join(folder, 'api')
    const proxy = new Proxy(socket, () =>
      spawn('/bin/sh', ['-c', guardian, kubectl, socket, folder], {
        env,
        detached: true,
        stdio: ['pipe', 'ignore', 'ignore'],
      }),
    )
    for (let tries = 0; tries < 1000; tries += 1) {
      if (await accepts(socket)) return proxy
      if (proxy.#child.exitCode !== null) break
      await sleep(10)
    }
    await proxy.close()
    throw refused('kubectl proxy did not start.', 'try kubectl proxy --port=0 and see what it says')
  }

  #watched(): ChildProcess {
    const child = this.#start()
    child.unref()
    child.on('error', () => {})
    child.stdin?.on('error', () => {})
    return child
  }

  close(): Promise<void> {
    if (this.#closed || this.#child.exitCode !== null) return Promise.resolve()
    this.#closed = true
    return new Promise((done) => {
      this.#child.ref()
      this.#child.once('exit', () => done())
      this.#child.stdin?.end()
      // An exec plugin may hold it up; the folder is then removed by whoever closes the target.
      setTimeout(done, 2000).unref()
    })
  }
}

const accepts = (socket: string) =>
  new Promise<boolean>((answer) => {
    const attempt = connect(socket)
    attempt.once('connect', () => {
      attempt.destroy()
      answer(true)
    })
    attempt.once('error', () => answer(false))
  })
