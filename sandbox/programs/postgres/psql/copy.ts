// The client's side of COPY, and \copy: src/bin/psql/copy.c.
import { Errno, type OpenFile } from '../../../node/process.ts'
import { copyForm, withClient } from '../copy-form.ts'
import { message } from '../wire.ts'
import type { Lines } from './lines.ts'
import type { Session } from './session.ts'

const chunk = 65_536

/** What the server takes in, from here up to "\." or the end. */
export async function copyIn({ client, out, quiet }: Session, lines: Lines): Promise<void> {
  const prompt = lines.file?.terminal === undefined ? '' : '>> '
  if (prompt !== '' && !quiet)
    await out(
      'Enter data to be copied followed by a newline.\nEnd with a backslash and a period on a line by itself, or an EOF signal.\n',
    )
  let data = ''
  for (;;) {
    await out(prompt)
    const line = await lines.next()
    const ends = line === '' || /^\\\.\r?\n$/.test(line)
    if (!ends) data += line
    if (data !== '' && (ends || data.length > chunk)) {
      await client.send(message('d', Buffer.from(data)))
      data = ''
    }
    if (ends) return client.send(message('c'))
  }
}

/** False where it failed. */
export async function slashCopy(session: Session, text: string): Promise<boolean> {
  if (text === '') return session.fail('\\copy: arguments required')
  const form = copyForm(text)
  if (form === undefined) {
    const odd = /^\S+\s+(?!from\s|to\s|from$|to$)(\S+)/i.exec(text)?.[1]
    return session.fail(`\\copy: parse error at ${odd === undefined ? 'end of line' : `"${odd}"`}`)
  }
  const { from, program, target } = form
  const run = (file?: OpenFile) => session.run(withClient(form), { file })
  const { process } = session
  if (program) return piped(session, target, from, run)
  if (/^pstdin$/i.test(target)) return run(process.fds.get(0))
  if (/^(stdin|p?stdout)$/i.test(target)) return run()
  try {
    const file = await process.files.open(target, from ? { read: true } : { write: true, create: true, truncate: true })
    try {
      if ((await file.stat()).type === 'directory')
        return await session.fail(`${target}: cannot copy from/to a directory`)
      return await run(file)
    } finally {
      file.close()
    }
  } catch (error) {
    if (!(error instanceof Errno)) throw error
    return session.fail(`${target}: ${error.message}`)
  }
}

async function piped({ process }: Session, command: string, from: boolean, run: (file: OpenFile) => Promise<boolean>) {
  const [reader, writer] = process.pipe()
  const [own, other] = from ? [reader, writer] : [writer, reader]
  const child = await process.spawn(['sh', '-c', command], { fds: new Map(process.fds).set(from ? 1 : 0, other) })
  other.close()
  const done = await run(own).finally(() => own.close())
  await child.wait()
  return done
}
