// COPY FROM STDIN. The engine reads to the end whatever it is given at once, so a statement is tried first with a client that gives nothing: the
// engine undoes that, and has told whether it takes data.
import type { Socket } from '../../node/process.ts'
import { longest } from './copying-files.ts'
import { errorMessage, message, messagesIn, queryMessage, statusOf } from './wire.ts'
import type { Message } from './wire.ts'

export const mayCopy = (statement: string) => /\bcopy\b/i.test(statement)

/** Answers a statement that may copy, up to what the client is to be told last; undefined where the client is gone. */
export async function answerCopy(
  engine: (sent: Uint8Array) => Promise<Uint8Array>,
  status: string,
  query: Buffer,
  socket: Socket,
  asked: AsyncIterator<Message>,
): Promise<Uint8Array | undefined> {
  const ask = (sql: string) => engine(queryMessage(sql))
  const given: Buffer[] = []
  let sent = 0
  for (;;) {
    if (status === 'T') await ask('SAVEPOINT sandbox_copy')
    const answer = await engine(Buffer.concat([query, ...given, message('f', 'nothing is given')]))
    const messages = messagesIn(answer)
    const next = messages.findIndex(({ type }, at) => at >= sent && type === 'G')
    if (next < 0 || status === 'E') {
      if (status === 'T' && statusOf(answer) === 'T') await ask('RELEASE sandbox_copy')
      return joined(messages.slice(sent))
    }
    if (status === 'T') await ask('ROLLBACK TO sandbox_copy; RELEASE sandbox_copy')
    else if (statusOf(answer) !== 'I') await ask('ROLLBACK')
    await socket.write(joined(messages.slice(sent, next + 1)))
    sent = next + 1
    const data = await gather(asked)
    if (data === undefined) return undefined
    if (data === 'too much')
      return Buffer.concat([
        errorMessage('ERROR', '53100', 'could not extend file: No space left on device'),
        message('Z', Buffer.from(status)),
      ])
    given.push(data)
  }
}

const joined = (messages: readonly Message[]) => Buffer.concat(messages.map(({ whole }) => whole))

/** Up to the client's CopyDone or CopyFail. */
async function gather(asked: AsyncIterator<Message>): Promise<Buffer | 'too much' | undefined> {
  const data: Buffer[] = []
  let size = 0
  for (;;) {
    const { value, done } = await asked.next()
    if (done === true || value.type === 'X') return undefined
    size += value.whole.length
    if (size <= longest && 'dcf'.includes(value.type)) data.push(value.whole)
    if ('cf'.includes(value.type)) return size > longest ? 'too much' : Buffer.concat(data)
  }
}
