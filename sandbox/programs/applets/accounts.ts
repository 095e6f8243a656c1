import type { Files } from '../../node/process.ts'
import { decode, splitLines } from './bytes.ts'

/** /etc/passwd or /etc/group. */
export async function accounts({ read }: Pick<Files, 'read'>, file: 'passwd' | 'group') {
  const rows = splitLines(await read(`/etc/${file}`).then(decode, () => '')).map((line) => line.split(':'))
  return {
    nameOf: (id: number) => rows.find((row) => row[2] === String(id))?.[0],
    idOf: (name: string) => (/^\d+$/.test(name) ? Number(name) : numberOr(rows.find(([own]) => own === name)?.[2])),
    /** Its user and its own group. */
    idsOf: (name: string) =>
      rows
        .find(([own]) => own === name)
        ?.slice(2, 4)
        .map(Number),
  }
}

const numberOr = (text: string | undefined) => (text === undefined ? undefined : Number(text))
