// /etc/passwd and /etc/group as Debian's base-passwd has them: the busybox image comes with them, too.
const users = `root:0:0:root:/root:/bin/sh
daemon:1:1:daemon:/usr/sbin
bin:2:2:bin:/bin
sys:3:3:sys:/dev
sync:4:65534:sync:/bin:/bin/sync
games:5:60:games:/usr/games
man:6:12:man:/var/cache/man
lp:7:7:lp:/var/spool/lpd
mail:8:8:mail:/var/mail
news:9:9:news:/var/spool/news
uucp:10:10:uucp:/var/spool/uucp
proxy:13:13:proxy:/bin
www-data:33:33:www-data:/var/www
backup:34:34:backup:/var/backups
list:38:38:Mailing List Manager:/var/list
irc:39:39:ircd:/run/ircd
_apt:42:65534::/nonexistent
nobody:65534:65534:nobody:/nonexistent`

const groups =
  'root:0 daemon:1 bin:2 sys:3 adm:4 tty:5 disk:6 lp:7 mail:8 news:9 uucp:10 man:12 proxy:13 kmem:15 dialout:20 fax:21 voice:22 cdrom:24 floppy:25 tape:26 sudo:27 audio:29 dip:30 www-data:33 backup:34 operator:37 list:38 irc:39 src:40 shadow:42 utmp:43 video:44 sasl:45 plugdev:46 staff:50 games:60 users:100 nogroup:65534'

/** A user is name:uid:gid:comment:home, with a shell where it has one. */
export function accountFiles(more: { readonly users?: readonly string[]; readonly groups?: readonly string[] } = {}) {
  const user = (line: string) => {
    const [name, uid, gid, comment, home, shell = '/usr/sbin/nologin'] = line.split(':')
    return `${[name, 'x', uid, gid, comment, home, shell].join(':')}\n`
  }
  const group = (pair: string) => `${pair.replace(':', ':x:')}:\n`
  return [
    { path: '/etc/passwd', content: [...users.split('\n'), ...(more.users ?? [])].map(user).join('') },
    { path: '/etc/group', content: [...groups.split(' '), ...(more.groups ?? [])].map(group).join('') },
  ]
}
