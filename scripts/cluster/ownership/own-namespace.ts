import type { V1Namespace } from '@kubernetes/client-node'
import type { LessonName } from '../../contents.ts'
import type { Api, ApiObject } from '../api.ts'
import { cleanNamespace } from '../clean/namespace.ts'
import type { Tell } from '../clean/cleaning.ts'
import { refused } from '../problem.ts'
import type { Hold } from './hold.ts'
import { namespaceOf } from './hold.ts'
import type { Identity } from './identity.ts'
import { annotations, isSameUser, managedBy, runOf, whose } from './identity.ts'
import { holdLease, isAlive, leaseRenewed } from './lease.ts'
import { isConflict, isForbidden } from '../refusal.ts'

export type Namespace = V1Namespace & ApiObject

/** Makes the lesson's own namespace, and takes away what a dead run of the same user left in its place. */
export async function holdOwnNamespace(api: Api, lesson: LessonName, identity: Identity, tell: Tell): Promise<Hold> {
  const namespace = namespaceOf(lesson)
  const metadata = { name: namespace, labels: { ...managedBy }, annotations: annotations(identity, lesson) }
  for (let tries = 0; ; tries += 1) {
    try {
      await api.create({ apiVersion: 'v1', kind: 'Namespace', metadata })
      break
    } catch (error) {
      if (isForbidden(error))
        throw refused('You may not create namespaces on this cluster.', 'name one that you may use with -n NAME', {
          cause: error,
        })
      if (!isConflict(error) || tries > 2) throw error
      await makeRoom(api, namespace, identity, tell)
    }
  }
  const letGo = await holdLease(api, namespace, identity)
  return { lesson, namespace, own: true, identity, note: () => {}, letGo }
}

async function makeRoom(api: Api, namespace: string, identity: Identity, tell: Tell): Promise<void> {
  const standing = await api.find<Namespace>({ apiVersion: 'v1', kind: 'Namespace', name: namespace })
  if (standing === undefined) return
  const run = runOf(standing)
  if (run === undefined)
    throw refused(
      `There is a namespace ${namespace} that the tour did not make.`,
      'name another with -n NAME, or remove it if it is yours',
    )
  if (await isAlive(run, identity, leaseRenewed(api, namespace))) {
    const since = new Date(standing.metadata.creationTimestamp ?? '').toISOString()
    throw refused(
      `${namespace} is being played in by ${whose(run)}, since ${since}.`,
      'wait for it to end, or play elsewhere with -n NAME',
    )
  }
  if (!isSameUser(run, identity))
    throw refused(
      `${namespace} was left behind by ${whose(run)}.`,
      'remove it with kubectl tour clean --all, or play elsewhere with -n NAME',
    )
  tell('progress', 'taking away what an earlier run left')
  await cleanNamespace(api, namespace, { tell })
}
