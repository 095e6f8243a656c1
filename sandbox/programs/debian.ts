import type { Program } from '../node/process.ts'
import { accountFiles } from './accounts.ts'
import { appletsOf } from './applets/index.ts'
import { curl } from './curl.ts'
import type { ImageFile } from './image.ts'
import { shell } from './sh/index.ts'

/** What Debian's coreutils, findutils, grep, gzip, sed, tar and curl bring, as far as there is an applet for it. No ps, no wget, no which. */
const names =
  '[ arch base64 basename cat chgrp chmod chown comm cp cut date dd df dirname du echo egrep env expand expr false fgrep find fold getent grep groups gunzip gzip head hostid hostname id install link ln logname ls md5sum mkdir mktemp mv nice nl nohup nproc od paste printenv printf readlink realpath rm rmdir sed seq sha1sum sha256sum sha512sum shuf sleep sort split stat stdbuf stty sum sync tac tail tar tee test timeout touch tr true truncate tty uname unexpand uniq unlink users wc who whoami xargs yes zcat'

export function debianPrograms(without: readonly string[] = []): ReadonlyMap<string, Program> {
  const applets = appletsOf('gnu')
  const bash = shell('bash')
  const dash = shell('dash')
  return new Map<string, Program>(
    [
      ...names.split(' ').flatMap((name) => {
        const program = applets.get(name)
        return program === undefined ? [] : [[name, program] as const]
      }),
      ['sh', dash] as const,
      ['dash', dash] as const,
      ['bash', bash] as const,
      ['curl', curl] as const,
    ]
      .filter(([name]) => !without.includes(name))
      .map(([name, program]) => [`/usr/bin/${name}`, program]),
  )
}

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
