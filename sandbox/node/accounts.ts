import type { Credentials } from './fs/credentials.ts'
import type { MountNamespace } from './fs/mounts.ts'

interface Account {
  readonly name: string
  readonly uid: number
  readonly gid: number
  readonly home: string
}

/** Who a container runs as, as runc reads it from the image's /etc/passwd and /etc/group. */
export interface Identity {
  readonly credentials: Credentials
  readonly home: string
}

interface Wanted {
  readonly user: number | undefined
  readonly group: number | undefined
  readonly groups: readonly number[]
  /** The image's: "101", "nginx", "postgres:postgres". */
  readonly imageUser: string
}

export function identityOf(mounts: MountNamespace, { user, group, groups, imageUser }: Wanted): Identity {
  const [named = '', namedGroup] = (imageUser === '' ? '0' : imageUser).split(':')
  const accounts = lines(mounts, '/etc/passwd').map(([name = '', , uid, gid, , home = '/']): Account => ({
    name,
    uid: Number(uid),
    gid: Number(gid),
    home,
  }))
  const account =
    user === undefined
      ? accounts.find(({ name, uid }) => name === named || String(uid) === named)
      : accounts.find(({ uid }) => uid === user)
  const uid = user ?? account?.uid ?? (Number(named) || 0)
  const all = lines(mounts, '/etc/group')
  const ofImage =
    user === undefined ? all.find(([name, , gid]) => name === namedGroup || gid === namedGroup)?.[2] : undefined
  const gid = group ?? (ofImage === undefined ? account?.gid : Number(ofImage)) ?? 0
  const member = all
    .filter(([, , , members = '']) => account !== undefined && members.split(',').includes(account.name))
    .map(([, , id]) => Number(id))
  return {
    credentials: { uid, gid, groups: [...new Set([gid, ...member, ...groups])].toSorted((a, b) => a - b) },
    home: account?.home ?? '/',
  }
}

const lines = (mounts: MountNamespace, path: string): readonly (readonly string[])[] =>
  mounts
    .text(path)
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.split(':'))
