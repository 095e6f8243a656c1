// The ustar format with GNU's long names, as BusyBox and GNU tar write it; pax headers are read.
import type { Stat } from '../../node/process.ts'
import { decode, encode } from './bytes.ts'

export interface Entry {
  readonly name: string
  readonly stat: Stat
  /** Of a symbolic or hard link. */
  readonly link: string
  readonly user: string
  readonly group: string
  readonly body: Uint8Array
}

const types: Readonly<Record<string, Stat['type']>> = {
  '5': 'directory',
  '2': 'symlink',
  '3': 'character',
  '4': 'block',
  '6': 'pipe',
}

/** Filled up to whole blocks. */
export function blocksOf(body: Uint8Array): Uint8Array {
  const filled = new Uint8Array(Math.ceil(body.length / 512) * 512)
  filled.set(body)
  return filled
}

export function headerOf({ name, stat, link, user, group }: Omit<Entry, 'body'>): Uint8Array {
  const full = stat.type === 'directory' ? `${name.replace(/\/$/, '')}/` : name
  const flag = Object.entries(types).find(([, type]) => type === stat.type)?.[0] ?? '0'
  const own = header(full, flag, stat, link, user, group)
  const long = (text: string, kind: string) =>
    text.length < 100
      ? []
      : [
          header(
            '././@LongLink',
            kind,
            { ...stat, mode: 0, uid: 0, gid: 0, size: text.length + 1, modified: 0 },
            '',
            '',
            '',
          ),
          blocksOf(encode(`${text}\0`)),
        ]
  return Buffer.concat([...long(full, 'L'), ...long(link, 'K'), own])
}

function header(name: string, flag: string, stat: Stat, link: string, user: string, group: string): Uint8Array {
  const octal = (value: number, width: number) =>
    `${Math.floor(value)
      .toString(8)
      .padStart(width - 1, '0')}\0`
  const text = (value: string, width: number) => value.slice(0, width).padEnd(width, '\0')
  const size = stat.type === 'file' || 'LK'.includes(flag) ? stat.size : 0
  const [before, after] = [
    text(name, 100) +
      octal(stat.mode, 8) +
      octal(stat.uid, 8) +
      octal(stat.gid, 8) +
      octal(size, 12) +
      octal(stat.modified / 1000, 12),
    `${flag}${text(link, 100)}ustar  \0${text(user, 32)}${text(group, 32)}`,
  ]
  const sum = [...`${before}        ${after}`].reduce((total, char) => total + char.charCodeAt(0), 0)
  return encode(`${before}${sum.toString(8).padStart(6, '0')}\0 ${after}`.padEnd(512, '\0'))
}

export function* entriesOf(data: Uint8Array): Generator<Entry> {
  let pending: { name?: string; link?: string } = {}
  for (let at = 0; at + 512 <= data.length;) {
    const text = decode(data.subarray(at, at + 512))
    if (/^\0+$/.test(text)) return
    const field = (from: number, width: number) => text.slice(from, from + width).replace(/\0[^]*$/, '')
    const number = (from: number, width: number) => parseInt(field(from, width).trim() || '0', 8)
    const size = number(124, 12)
    const body = data.slice(at + 512, at + 512 + size)
    const flag = field(156, 1) || '0'
    at += 512 + Math.ceil(size / 512) * 512
    if (flag === 'L' || flag === 'K') {
      pending = { ...pending, [flag === 'L' ? 'name' : 'link']: decode(body).replace(/\0+$/, '') }
      continue
    }
    if (flag === 'x' || flag === 'g') {
      const records = new Map([...decode(body).matchAll(/\d+ (\w+)=([^\n]*)\n/g)].map(([, key, value]) => [key, value]))
      const [name, link] = [records.get('path'), records.get('linkpath')]
      if (flag === 'x')
        pending = { ...pending, ...(name === undefined ? {} : { name }), ...(link === undefined ? {} : { link }) }
      continue
    }
    const prefix = field(257, 6) === 'ustar' && text[263] === '0' ? field(345, 155) : ''
    const name = pending.name ?? (prefix === '' ? field(0, 100) : `${prefix}/${field(0, 100)}`)
    const type = types[flag] ?? (name.endsWith('/') ? 'directory' : 'file')
    const modified = number(136, 12) * 1000
    const stat = {
      type,
      mode: number(100, 8) & 0o7777,
      uid: number(108, 8),
      gid: number(116, 8),
      size,
      links: 1,
      inode: 0,
      device: 0,
      modified,
      changed: modified,
      accessed: modified,
      blocks: 0,
    }
    const link = flag === '1' || flag === '2' ? (pending.link ?? field(157, 100)) : ''
    yield { name, stat, link, user: field(265, 32), group: field(297, 32), body }
    pending = {}
  }
}
