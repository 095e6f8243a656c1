import { busyboxFiles, busyboxPrograms } from './busybox.ts'
import { findImage } from './catalogue.ts'
import type { Image } from './image.ts'
import { nginxImage } from './nginx/image.ts'
import { postgresImage } from './postgres/image.ts'

type Content = Pick<Image, 'files' | 'programs'>

const pause: Content = {
  files: [],
  programs: new Map([
    [
      '/pause',
      async (process) => {
        for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, 'default')
        for (;;) await process.sleep(2 ** 31 - 1)
      },
    ],
  ]),
}

/** By the repository's last part. */
const contents: Readonly<Record<string, Content>> = {
  busybox: { files: busyboxFiles, programs: busyboxPrograms },
  nginx: nginxImage('nginx'),
  'nginx-unprivileged': nginxImage('nginx-unprivileged'),
  postgres: postgresImage,
  pause,
}

const known = new Map<string, Image>()

/** An image that findImage knows, with what is in it. Containers of one image share one object. */
export function imageFor(reference: string): Image {
  const config = findImage(reference)
  if ('failure' in config) throw new Error(config.failure)
  const there = known.get(config.reference)
  if (there !== undefined) return there
  const { [/([^/]+):[^:]*$/.exec(config.reference)?.[1] ?? '']: content } = contents
  if (content === undefined) throw new Error(`no content for ${config.reference}`)
  const image = { ...config, ...content }
  known.set(config.reference, image)
  return image
}
