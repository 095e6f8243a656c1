import type { LessonName } from '../../contents.ts'
import type { Api } from '../api.ts'
import { cleanRecorded } from '../clean/recorded.ts'
import type { Tell } from '../clean/cleaning.ts'
import { refused } from '../problem.ts'
import type { Planned } from './foreign.ts'
import { verifyNoneOfOthers } from './foreign.ts'
import type { Hold } from './hold.ts'
import type { Identity } from './identity.ts'
import { annotations, isSameUser, managedBy, runOf, whose } from './identity.ts'
import { every, isAlive, renewEvery } from './lease.ts'
import type { RecordMap } from './record-map.ts'
import { recordName, recordReference, recordRenewed, renewedKey } from './record-map.ts'
import { isConflict, isForbidden } from '../refusal.ts'

/**
 * Takes the right to play in somebody's namespace: every object that the lesson will make is listed in a ConfigMap there before the first is
 * made. Refuses where one of that name stands, or where labels would meet.
 */
export async function holdByRecord(
  api: Api,
  lesson: LessonName,
  namespace: string,
  identity: Identity,
  planned: readonly Planned[],
  tell: Tell,
): Promise<Hold> {
  const objects = planned.map(({ apiVersion, kind, name }) => ({ apiVersion, kind, name }))
  const metadata = {
    name: recordName(lesson),
    namespace,
    labels: { ...managedBy },
    annotations: { ...annotations(identity, lesson), [renewedKey]: new Date().toISOString() },
  }
  for (let tries = 0; ; tries += 1) {
    const standing = await api.find<RecordMap>(recordReference(namespace, lesson))
    if (standing !== undefined) await makeRoom(api, standing, lesson, namespace, identity, tell)
    await verifyNoneOfOthers(api, namespace, planned)
    try {
      await api.create({ apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { objects: JSON.stringify(objects) } })
      break
    } catch (error) {
      if (isForbidden(error))
        throw refused(
          `You may not create ConfigMaps in ${namespace}.`,
          'name a namespace that you may use with -n NAME',
          { cause: error },
        )
      if (!isConflict(error) || tries > 1) throw error
    }
  }
  const claims = new Set<string>()
  const renew = () =>
    api.patch({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: recordName(lesson), namespace, annotations: { [renewedKey]: new Date().toISOString() } },
      data: { claims: [...claims].join(' ') },
    })
  const note = (uid: string) => {
    if (claims.has(uid)) return
    claims.add(uid)
    renew().catch(() => {})
  }
  return { lesson, namespace, own: false, identity, note, letGo: every(renewEvery, renew) }
}

async function makeRoom(
  api: Api,
  record: RecordMap,
  lesson: LessonName,
  namespace: string,
  identity: Identity,
  tell: Tell,
): Promise<void> {
  const run = runOf(record)
  if (run === undefined)
    throw refused(
      `There is a ConfigMap ${recordName(lesson)} in ${namespace} that the tour did not make.`,
      'play in another namespace with -n NAME',
    )
  if (await isAlive(run, identity, recordRenewed(api, namespace, lesson))) {
    throw refused(
      `${lesson} is being played in ${namespace} by ${whose(run)}, since ${new Date(record.metadata.creationTimestamp ?? '').toISOString()}.`,
      'wait for it to end, or play in another namespace with -n NAME',
    )
  }
  if (!isSameUser(run, identity))
    throw refused(`${whose(run)} left ${lesson} behind in ${namespace}.`, 'remove it with kubectl tour clean --all')
  tell('progress', 'taking away what an earlier run left')
  await cleanRecorded(api, namespace, lesson, { tell })
}
