import type { Program } from '../node/process.ts'
import { accountFiles } from './accounts.ts'
import { appletsOf } from './applets/index.ts'
import { curl } from './curl.ts'
import type { ImageFile } from './image.ts'
import { shellOf } from './sh/index.ts'

/** Of what BusyBox has and a slim Debian has not. */
const missing = new Set(
  'clear free kill less more mount nc nslookup pgrep pidof pkill ps time watch wget which [['.split(' '),
)

/** Debian's coreutils, findutils, grep, sed, tar, its shells and curl, as far as there is an applet for them. */
export const debianPrograms = (): ReadonlyMap<string, Program> =>
  new Map(
    [
      ...[...appletsOf('gnu')].filter(([name]) => !missing.has(name)),
      ['sh', shellOf('dash')] as const,
      ['dash', shellOf('dash')] as const,
      ['bash', shellOf('bash')] as const,
      ['curl', curl] as const,
    ].map(([name, program]) => [`/usr/bin/${name}`, program]),
  )

const release = `PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"
NAME="Debian GNU/Linux"
VERSION_ID="12"
VERSION="12 (bookworm)"
VERSION_CODENAME=bookworm
ID=debian
HOME_URL="https://www.debian.org/"
SUPPORT_URL="https://www.debian.org/support"
BUG_REPORT_URL="https://bugs.debian.org/"
`

const folders =
  '/boot /dev /etc /home /proc /run /sys /usr/bin /usr/lib /usr/lib64 /usr/local/bin /usr/local/sbin /usr/sbin /usr/share /var/cache /var/lib /var/log'

/** The tree of a slim Debian; `users` and `groups` as accountFiles takes them. */
export const debianFiles = (accounts: Parameters<typeof accountFiles>[0] = {}): readonly ImageFile[] => [
  ...folders.split(' ').map((path) => ({ path, content: 'directory' as const })),
  ...['bin', 'lib', 'lib64', 'sbin'].map((name) => ({ path: `/${name}`, content: { link: `usr/${name}` } })),
  { path: '/root', content: 'directory', mode: 0o700 },
  { path: '/tmp', content: 'directory', mode: 0o1777 },
  { path: '/var/tmp', content: 'directory', mode: 0o1777 },
  { path: '/var/run', content: { link: '/run' } },
  { path: '/etc/os-release', content: release },
  { path: '/etc/debian_version', content: '12.12\n' },
  ...accountFiles(accounts),
]
