import type { Files } from '../../node/process.ts'
import { Errno } from '../../node/process.ts'

/** One line of a configuration, and what its braces hold. */
export interface Directive {
  readonly name: string
  readonly args: readonly string[]
  readonly block?: readonly Directive[]
  /** "/etc/nginx/nginx.conf:3" */
  readonly at: string
}

/** What nginx says of a configuration that it cannot use, and ends with. */
export class ConfigError extends Error {}

interface Token {
  readonly text: string
  readonly quoted: boolean
  readonly line: number
}

const escapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' }

function* tokens(text: string, path: string): Generator<Token> {
  const pattern =
    /(\s+|#[^\n]*)|([;{}])|"((?:\\.|[^"\\])*)"|'((?:\\.|[^'\\])*)'|((?:\\.|\$\{\w+\}|[^\s;{}"'\\])(?:\\.|\$\{\w+\}|[^\s;{\\])*)/gsy
  let line = 1
  for (let at = 0; at < text.length; at = pattern.lastIndex) {
    pattern.lastIndex = at
    const match = pattern.exec(text)
    if (match === null)
      throw new ConfigError(`unexpected end of file, expecting ";" or "}" in ${path}:${text.split('\n').length}`)
    const [whole, space, symbol, double, single, plain] = match
    line += whole.split('\n').length - 1
    if (space !== undefined) continue
    yield {
      text:
        symbol ??
        (double ?? single ?? plain ?? '').replace(/\\(["'\\ ;nrt])/g, (_, char: string) => escapes[char] ?? char),
      quoted: symbol === undefined,
      line,
    }
  }
}

/** Reads a file of directives, and those that it includes. `base` is where relative includes start. */
export async function readConfig(files: Files, path: string, base: string): Promise<readonly Directive[]> {
  let text: string
  try {
    text = Buffer.from(await files.read(path)).toString('utf8')
  } catch (error) {
    throw refused('open', path, error)
  }
  return parse(files, text, path, base)
}

/** Of -g, too. */
export async function parse(files: Files, text: string, path: string, base: string): Promise<readonly Directive[]> {
  const all = [...tokens(text, path)]
  let next = 0
  const block = async (inner: boolean): Promise<readonly Directive[]> => {
    const found: Directive[] = []
    let words: Token[] = []
    for (;;) {
      const token = all[(next += 1) - 1]
      const where = `${path}:${token?.line ?? text.split('\n').length}`
      if (token === undefined) {
        if (inner || words.length > 0)
          throw new ConfigError(
            `unexpected end of file, expecting ${words.length > 0 ? '";" or "}"' : '"}"'} in ${where}`,
          )
        return found
      }
      if (token.quoted) {
        words.push(token)
        continue
      }
      const [name, ...args] = words.map((word) => word.text)
      words = []
      if (token.text === '}') {
        if (name !== undefined) throw new ConfigError(`unexpected "}" in ${where}`)
        if (!inner) throw new ConfigError(`unexpected "}" in ${where}`)
        return found
      }
      if (name === undefined) throw new ConfigError(`unexpected "${token.text}" in ${where}`)
      if (name === 'include' && token.text === ';') {
        for (const each of await included(files, args[0] ?? '', base))
          found.push(...(await readConfig(files, each, base)))
      } else if (token.text === ';') found.push({ name, args, at: where })
      else found.push({ name, args, at: where, block: await block(true) })
    }
  }
  return block(false)
}

async function included(files: Files, pattern: string, base: string): Promise<readonly string[]> {
  const path = pattern.startsWith('/') ? pattern : `${base}/${pattern}`
  if (!path.includes('*')) return [path]
  const [, folder = '/', name = ''] = /^(.*)\/([^/]*)$/.exec(path) ?? []
  const [before = '', after = ''] = name.split('*')
  const names = await files.list(folder).catch(() => [])
  return names
    .filter((each) => each.startsWith(before) && each.endsWith(after) && !each.startsWith('.'))
    .toSorted()
    .map((each) => `${folder}/${each}`)
}

const numbers: Readonly<Record<string, number>> = {
  EPERM: 1,
  ENOENT: 2,
  EACCES: 13,
  EEXIST: 17,
  ENOTDIR: 20,
  EISDIR: 21,
  ENOSPC: 28,
  EROFS: 30,
  ELOOP: 40,
  EADDRINUSE: 98,
  EADDRNOTAVAIL: 99,
}

/** open() "/x" failed (2: No such file or directory) */
export function refused(call: string, about: string, error: unknown): ConfigError {
  if (!(error instanceof Errno)) throw error
  return new ConfigError(
    `${call}() ${call === 'bind' ? `to ${about}` : `"${about}"`} failed (${numberOf(error)}: ${error.message})`,
  )
}

export const numberOf = ({ code }: Errno) => numbers[code] ?? 5
