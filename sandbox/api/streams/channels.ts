// exec and attach over a WebSocket: each message begins with the number of its channel. Upstream: k8s.io/streaming's
// v4.channel.k8s.io, and v5.channel.k8s.io, which adds the closing of a channel.
import type { WebSocket } from 'ws'
import type { Session } from '../../contracts.ts'
import { exited, failed } from './outcome.ts'
import { messages, send } from './socket.ts'

export const channelProtocols = ['v5.channel.k8s.io', 'v4.channel.k8s.io']

const channel = { stdin: 0, stdout: 1, stderr: 2, status: 3, resize: 4, close: 255 }

const onChannel = (number: number, data: Uint8Array) => Buffer.concat([Buffer.from([number]), data])

/** What is asked for beside the process. */
interface Wanted {
  readonly stdin: boolean
  readonly stdout: boolean
  readonly stderr: boolean
}

/** Runs until the process has ended, or the client has left. */
export async function overChannels(ws: WebSocket, wanted: Wanted, start: () => Promise<Session>): Promise<void> {
  const status = await outcome(ws, wanted, start)
  await send(ws, onChannel(channel.status, Buffer.from(JSON.stringify(status))))
  ws.close(1000)
}

async function outcome(ws: WebSocket, wanted: Wanted, start: () => Promise<Session>) {
  // From now on, so that what is typed while the process starts is not lost.
  const input = messages(ws)
  const early = input.next()
  try {
    const session = await start()
    if (ws.readyState === ws.OPEN) ws.once('close', () => session.close())
    else session.close()
    void typeInto(session, wanted.stdin, early, input)
    for await (const { stream, data } of session.output)
      if (wanted[stream]) await send(ws, onChannel(channel[stream], data))
    return exited(await session.exit)
  } catch (error) {
    return failed(error)
  }
}

async function typeInto(
  session: Session,
  stdin: boolean,
  early: Promise<IteratorResult<Buffer>>,
  input: AsyncIterator<Buffer>,
): Promise<void> {
  for (let next = await early; next.done !== true; next = await input.next()) {
    const [number] = next.value
    const data = next.value.subarray(1)
    if (number === channel.resize) resize(session, data)
    else if (number === channel.stdin && stdin) await session.write(data)
    else if (number === channel.close && data[0] === channel.stdin && stdin) await session.write(null)
  }
}

function resize(session: Session, data: Buffer): void {
  try {
    const { Width, Height } = JSON.parse(data.toString()) as Readonly<Record<string, unknown>>
    if (isSize(Width) && isSize(Height)) session.resize(Width, Height)
  } catch {
    // Not a size: nothing to do, as upstream.
  }
}

const isSize = (value: unknown): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value > 0 && value < 65_536
