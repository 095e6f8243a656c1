import { debianFiles, debianPrograms } from '../debian.ts'
import type { Image } from '../image.ts'
import { entrypoint } from './entrypoint.ts'
import { pgIsReady } from './isready.ts'
import { psql } from './psql/index.ts'
import { postgres } from './server.ts'

const owner = { uid: 999, gid: 999 }

const programs = { psql, postgres, pg_isready: pgIsReady }

/** The public image, whichever of its versions: all run the one PostgreSQL that PGlite is. */
export const postgresImage: Pick<Image, 'files' | 'programs'> = {
  files: [
    ...debianFiles({ users: ['postgres:999:999::/var/lib/postgresql:/bin/sh'], groups: ['postgres:999'] }),
    { path: '/docker-entrypoint-initdb.d', content: 'directory' },
    { path: '/var/lib/postgresql', content: 'directory', mode: 0o1777, ...owner },
    { path: '/run/postgresql', content: 'directory', mode: 0o3777, ...owner },
  ],
  programs: new Map([
    ...debianPrograms(),
    ...Object.entries(programs).flatMap(([name, program]) =>
      ['/usr/bin', ...['14', '15', '16', '17'].map((major) => `/usr/lib/postgresql/${major}/bin`)].map(
        (folder) => [`${folder}/${name}`, program] as const,
      ),
    ),
    ['/usr/local/bin/docker-entrypoint.sh', entrypoint],
  ]),
}
