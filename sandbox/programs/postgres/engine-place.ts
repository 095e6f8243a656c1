import { dirname } from 'node:path'
import { PGlite } from '@electric-sql/pglite'
import { NodeFS } from '@electric-sql/pglite/nodefs'

/** The host's folder as the data directory that the container's processes see: PGlite has another path for it, which `show data_directory` would tell. */
export function placed(folder: string, data: string) {
  if (own.test(data)) return { dataDir: folder }
  const files = { hba_file: 'pg_hba.conf', ident_file: 'pg_ident.conf', config_file: 'postgresql.conf' }
  const settings = Object.entries(files).map(([name, file]) => `${name}=${data}/${file}`)
  const given = [`data_directory=${data}`, ...settings].flatMap((setting) => ['-c', setting])
  return { fs: new Linked(folder, data), startParams: [...PGlite.defaultStartParams, ...given] }
}

/** What stands there already, in the file system that it is linked into. */
const own = /^\/*$|^\/(?:tmp|home(?:\/\w+)?|(?:dev|proc|pglite).*)$|^[^/]/

class Linked extends NodeFS {
  readonly #data: string

  constructor(folder: string, data: string) {
    super(folder)
    this.#data = data
  }

  override async init(...[database, options]: Parameters<NodeFS['init']>): ReturnType<NodeFS['init']> {
    const { emscriptenOpts } = await super.init(database, options)
    const link: NonNullable<typeof options.preRun>[number] = ({ FS }) => {
      FS.mkdirTree(dirname(this.#data))
      FS.symlink('/pglite/data', this.#data)
    }
    return { emscriptenOpts: { ...emscriptenOpts, preRun: [...(emscriptenOpts.preRun ?? []), link] } }
  }
}
