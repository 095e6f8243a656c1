import type { Program } from '../../node/process.ts'
import { connect, NoConnection, NoPassword, socketOf } from './client.ts'
import { libpqOptions } from './options.ts'

export const pgIsReady: Program = async (process) => {
  const parsed = libpqOptions(process, 'pg_isready', 't:qV')
  const say = async (fd: number, text: string) => process.fds.get(fd)?.write(Buffer.from(text))
  if ('complaint' in parsed) {
    await say(2, parsed.complaint)
    return 3
  }
  const { target, options } = parsed
  if (options.has('V')) {
    await say(1, 'pg_isready (PostgreSQL) 18.6 (PGlite)\n')
    return 0
  }
  const [code, words] = await connect(process, { ...target, password: undefined }).then(
    (client) => {
      client.close()
      return [0, 'accepting connections'] as const
    },
    (error: unknown) => {
      if (!(error instanceof NoConnection)) throw error
      if (error.message.includes('the database system is')) return [1, 'rejecting connections'] as const
      // Who is refused as a user has reached a server that works.
      return error instanceof NoPassword || error.message.includes('FATAL')
        ? ([0, 'accepting connections'] as const)
        : ([2, 'no response'] as const)
    },
  )
  const folder = socketOf(target)?.replace(/\/\.s\.PGSQL\.\d+$/, '')
  if (!options.has('q')) await say(1, `${folder ?? target.host}:${target.port} - ${words}\n`)
  return code
}
