import type { Image, ImageFile } from '../../programs/image.ts'
import type { Program } from '../process.ts'
import { MemoryDirectory } from './directory.ts'
import { MemoryFile, MemoryLink, type Store } from './memory.ts'
import { Quota } from './quota.ts'

const trees = new WeakMap<object, MemoryDirectory>()
const elf = new Uint8Array([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3, 0, 62, 0])

/** Reproducible builds date everything so. */
const built = 0
const store: Store = { device: 1, quota: new Quota(Number.MAX_SAFE_INTEGER), now: () => built }

/** The image's files, made once; containers copy from it what they ask for. */
export function imageTree(image: Pick<Image, 'files' | 'programs'>): MemoryDirectory {
  const known = trees.get(image)
  if (known !== undefined) return known
  const tree = new MemoryDirectory(store, { mode: 0o755 })
  for (const file of image.files) add(tree, file)
  for (const [path, program] of image.programs) addProgram(tree, path, program)
  trees.set(image, tree)
  return tree
}

function add(tree: MemoryDirectory, { path, content, mode, uid, gid }: ImageFile): void {
  const owner = { uid: uid ?? 0, gid: gid ?? 0 }
  const [folder, name] = parentOf(tree, path)
  if (content === 'directory') {
    const there = name === '' ? tree : folder.find(name)
    if (there === undefined) folder.put(name, new MemoryDirectory(store, { ...owner, mode: mode ?? 0o755 }))
    else there.change({ ...owner, mode: mode ?? 0o755 })
  } else if (typeof content === 'object') folder.put(name, new MemoryLink(store, owner, content.link))
  else folder.put(name, new MemoryFile(store, { ...owner, mode: mode ?? 0o644 }, Buffer.from(content)))
}

function addProgram(tree: MemoryDirectory, path: string, program: Program): void {
  const [folder, name] = parentOf(tree, path)
  const there = folder.find(name)
  const content = there?.type === 'file' ? there.read(0, there.stat().size) : elf
  folder.put(name, new MemoryFile(store, { mode: 0o755 }, content, program))
}

function parentOf(tree: MemoryDirectory, path: string): readonly [MemoryDirectory, string] {
  const names = path.split('/').filter((name) => name !== '')
  const last = names.pop() ?? ''
  let folder = tree
  for (const name of names) {
    const next = folder.find(name)
    if (next instanceof MemoryDirectory) folder = next
    else if (next === undefined) folder = folder.put(name, new MemoryDirectory(store, { mode: 0o755 }))
    else throw new Error(`${path}: ${name} is no directory`)
  }
  return [folder, last]
}
