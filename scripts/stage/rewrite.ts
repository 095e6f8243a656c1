import { readFile, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isMap, isSeq, parseAllDocuments } from 'yaml'
import type { YAMLMap } from 'yaml'

/** What a cluster may need to be different in the lesson's own copy of its manifests. */
export interface Rewriting {
  readonly storageClass: string | undefined
  /** Put before an image's path as it is written. */
  readonly registry: string | undefined
  /** By busybox, nginx or postgres; they win over `registry`. */
  readonly images: Readonly<Record<string, string>>
  /** OpenShift gives each namespace its own range of users, and refuses any that a Pod names. */
  readonly openshift: boolean
}

/** Rewrites every manifest in a folder; comments and layout stay as they are. */
export async function rewriteManifests(folder: string, rewriting: Rewriting): Promise<void> {
  const files = (await readdir(folder)).filter((file) => file.endsWith('.yaml')).map((file) => join(folder, file))
  await Promise.all(files.map(async (file) => writeFile(file, rewritten(await readFile(file, 'utf8'), rewriting))))
}

export function rewritten(text: string, { storageClass, registry, images, openshift }: Rewriting): string {
  const imaged = text.replaceAll(
    /^(\s*(?:- )?image:\s*)(\S+)/gm,
    (_, key: string, image: string) => key + imageFor(image, registry, images),
  )
  const free = openshift ? imaged.replaceAll(/^\s*(?:runAsUser|runAsGroup|fsGroup):.*\n/gm, '') : imaged
  return storageClass === undefined ? free : withClass(free, storageClass)
}

function imageFor(image: string, registry: string | undefined, images: Readonly<Record<string, string>>): string {
  const name = (image.split('/').at(-1) ?? image).replace(/[:@].*$/, '')
  const family = Object.keys(images).find((each) => name === each || name.startsWith(`${each}-`))
  if (family !== undefined) return images[family] ?? image
  return registry === undefined ? image : `${registry}/${image}`
}

/** Names the class in every claim and claim template, as the first line of its spec. */
function withClass(text: string, storageClass: string): string {
  const offsets = parseAllDocuments(text)
    .flatMap((document) => (isMap(document.contents) ? claimSpecs(document.contents as YAMLMap) : []))
    .map((spec) => spec.range?.[0] ?? 0)
  const line = `storageClassName: ${JSON.stringify(storageClass)}`
  return offsets
    .toSorted((a, b) => b - a)
    .reduce((whole, offset) => {
      if (whole[offset] === '{') return `${whole.slice(0, offset + 1)} ${line},${whole.slice(offset + 1)}`
      const indent = offset - (whole.lastIndexOf('\n', offset - 1) + 1)
      return `${whole.slice(0, offset)}${line}\n${' '.repeat(indent)}${whole.slice(offset)}`
    }, text)
}

function claimSpecs(object: YAMLMap): readonly YAMLMap[] {
  const spec = object.get('spec')
  if (!isMap(spec)) return []
  if (object.get('kind') === 'PersistentVolumeClaim') return [spec]
  const templates = spec.get('volumeClaimTemplates')
  if (!isSeq(templates)) return []
  return templates.items.flatMap((template) =>
    isMap(template) && isMap(template.get('spec')) ? [template.get('spec') as YAMLMap] : [],
  )
}
