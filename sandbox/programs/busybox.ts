import type { Program } from '../node/process.ts'
import { accountFiles } from './accounts.ts'
import { banner } from './applets/applet.ts'
import { appletsOf } from './applets/index.ts'
import type { ImageFile } from './image.ts'
import { sh } from './sh/index.ts'

const applets: ReadonlyMap<string, Program> = new Map([...appletsOf('busybox'), ['sh', sh], ['ash', sh]])

/** The one binary behind all names: `busybox ls`. */
const busybox: Program = async (process) => {
  const [, name = '', ...args] = process.argv
  const say = async (text: string, fd: number) => process.fds.get(fd)?.write(Buffer.from(text))
  if (name === '' || name === '--help') {
    const names = [...applets.keys()].toSorted().join(', ')
    await say(
      `${banner}\n\nUsage: busybox [function [arguments]...]\n   or: busybox --list\n\nCurrently defined functions:\n\t${names}\n`,
      1,
    )
    return 0
  }
  if (name === '--list') {
    await say(`${['busybox', ...applets.keys()].toSorted().join('\n')}\n`, 1)
    return 0
  }
  if (applets.has(name)) return process.exec([`/bin/${name}`, ...args])
  await say(`${name}: applet not found\n`, 2)
  return 127
}

const folders = ['/dev', '/etc', '/home', '/proc', '/sys', '/usr/bin', '/usr/sbin', '/var/run']

export const busyboxFiles: readonly ImageFile[] = [
  ...folders.map((path) => ({ path, content: 'directory' as const })),
  { path: '/usr/bin/env', content: { link: '../../bin/env' } },
  { path: '/root', content: 'directory', mode: 0o700 },
  { path: '/tmp', content: 'directory', mode: 0o1777 },
  ...accountFiles(),
]

export const busyboxPrograms: ReadonlyMap<string, Program> = new Map(
  [...applets, ['busybox', busybox] as const].map(([name, program]) => [`/bin/${name}`, program]),
)
