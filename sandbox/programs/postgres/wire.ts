// PostgreSQL's wire protocol, version 3.0: what its messages look like. https://www.postgresql.org/docs/current/protocol-message-formats.html
export interface Message {
  /** A letter. */
  readonly type: string
  readonly body: Buffer
  /** With its head. */
  readonly whole: Buffer
}

/** Larger than this is no query. */
const longest = 64 << 20

/** Cuts a stream of bytes into messages. */
export class Messages {
  #rest = Buffer.alloc(0)

  /** A client's first message has no letter. */
  startup(chunk: Uint8Array): Message | undefined {
    this.#rest = Buffer.concat([this.#rest, chunk])
    if (this.#rest.length < 4 || this.#rest.length < this.#rest.readUInt32BE(0)) return undefined
    return this.#cut('', 0)
  }

  take(chunk: Uint8Array): readonly Message[] {
    this.#rest = Buffer.concat([this.#rest, chunk])
    const messages: Message[] = []
    while (this.#rest.length >= 5 && this.#rest.length > this.#rest.readUInt32BE(1))
      messages.push(this.#cut(this.#rest.toString('latin1', 0, 1), 1))
    return messages
  }

  #cut(type: string, head: number): Message {
    const length = this.#rest.readUInt32BE(head)
    if (length < 4 || length > longest) throw new Error('invalid message length')
    const whole = this.#rest.subarray(0, head + length)
    this.#rest = this.#rest.subarray(head + length)
    return { type, body: whole.subarray(head + 4), whole }
  }
}

export const messagesIn = (bytes: Uint8Array): readonly Message[] => new Messages().take(bytes)

export function message(type: string, ...parts: readonly (string | number | Uint8Array)[]): Buffer {
  const body = Buffer.concat(parts.map((part) => (typeof part === 'object' ? part : field(part))))
  const head = Buffer.alloc(4)
  head.writeUInt32BE(body.length + 4)
  return Buffer.concat([Buffer.from(type, 'latin1'), head, body])
}

/** A string with its end, or a 32-bit number. */
function field(part: string | number): Buffer {
  if (typeof part === 'string') return Buffer.from(`${part}\0`)
  const number = Buffer.alloc(4)
  number.writeInt32BE(part)
  return number
}

export const queryMessage = (sql: string) => message('Q', sql)

/** protocol 3.0 */
export const version3 = 196_608

export const startupMessage = (parameters: Readonly<Record<string, string>>) =>
  message('', version3, ...Object.entries(parameters).flat(), Buffer.alloc(1))

/** The fields of an error or a notice, by their letters. */
export type Report = Readonly<Record<string, string>>

export const reportOf = ({ body }: Message): Report =>
  Object.fromEntries(
    body
      .toString()
      .split('\0')
      .filter((each) => each !== '')
      .map((each) => [each.slice(0, 1), each.slice(1)]),
  )

export const errorMessage = (severity: string, code: string, text: string, ...more: readonly string[]) =>
  message('E', `S${severity}`, `V${severity}`, `C${code}`, `M${text}`, ...more, Buffer.alloc(1))

/** I idle, T in a transaction, E in a failed one. */
export const statusOf = (answer: Uint8Array): string | undefined =>
  messagesIn(answer)
    .findLast(({ type }) => type === 'Z')
    ?.body.toString()

export interface Column {
  readonly name: string
  /** Of its type. */
  readonly oid: number
}

export function columnsOf({ body }: Message): readonly Column[] {
  const columns: Column[] = []
  let at = 2
  for (let left = body.readUInt16BE(0); left > 0; left -= 1) {
    const end = body.indexOf(0, at)
    columns.push({ name: body.toString('utf8', at, end), oid: body.readUInt32BE(end + 7) })
    at = end + 19
  }
  return columns
}

/** As text; null is null. */
export function rowOf({ body }: Message): readonly (string | null)[] {
  const row: (string | null)[] = []
  let at = 2
  for (let left = body.readUInt16BE(0); left > 0; left -= 1) {
    const length = body.readInt32BE(at)
    at += 4
    row.push(length < 0 ? null : body.toString('utf8', at, at + length))
    at += Math.max(0, length)
  }
  return row
}

export const rowsOf = (answer: Uint8Array) =>
  messagesIn(answer)
    .filter(({ type }) => type === 'D')
    .map(rowOf)
