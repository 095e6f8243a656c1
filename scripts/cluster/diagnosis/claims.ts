import type { CoreV1Event, V1PersistentVolumeClaim } from '@kubernetes/client-node'
import { doubtful, eventsAbout, final, type Finding, lastClause, lastSeen, normal, type Scene } from './scene.ts'

const byController = 'persistentvolume-controller'

/** What keeps a claim from being bound. A claim that waits for its first consumer is in order, and told as normal. */
export function diagnoseClaim(claim: V1PersistentVolumeClaim, scene: Scene): readonly Finding[] {
  const { metadata, status, spec } = claim
  const subject = `persistentvolumeclaim/${metadata?.name}`
  if (status?.phase === 'Lost') {
    const cause = `its volume ${spec?.volumeName} is gone (ClaimLost)`
    return [doubtful(subject, { reason: 'ClaimLost', cause, remedy: `delete the claim and apply it again` })]
  }
  if (metadata?.deletionTimestamp) {
    const cause = 'it is being deleted, and stays until no Pod uses it (Terminating)'
    return [normal(subject, { reason: 'Terminating', cause, remedy: `look at kubectl describe ${subject}` })]
  }
  const latest = status?.phase === 'Bound' ? undefined : latestWord(claim, scene)
  return latest === undefined ? [] : [read(latest, claim, subject)]
}

// A provisioner that failed says "Provisioning" and tries again, while the controller goes on saying "ExternalProvisioning":
// neither ends the failure. A failure of the controller's own (no such class) is over once anything else was said.
function latestWord({ metadata }: V1PersistentVolumeClaim, scene: Scene): CoreV1Event | undefined {
  const said = eventsAbout(
    scene,
    metadata,
    'ProvisioningFailed',
    'FailedBinding',
    'WaitForFirstConsumer',
    'WaitForPodScheduled',
    'ExternalProvisioning',
    'Provisioning',
  )
  const [latest] = said
  const failure = said.find(
    ({ reason, source }) => reason === 'ProvisioningFailed' && source?.component !== byController,
  )
  const restarted = said.some(
    (event) => /^WaitFor|^FailedBinding$/.test(event.reason ?? '') && failure && lastSeen(event) > lastSeen(failure),
  )
  return failure && !restarted ? failure : latest
}

function read({ reason = '', message = '' }: CoreV1Event, { spec }: V1PersistentVolumeClaim, subject: string): Finding {
  const look = `look at kubectl describe ${subject}`
  if (reason === 'FailedBinding' && message.includes('no storage class is set')) {
    if (spec?.storageClassName === undefined) {
      const cause = 'it names no StorageClass, and the cluster has no default one (FailedBinding)'
      return final(subject, {
        reason,
        cause,
        remedy: 'name one with --storage-class NAME: kubectl get storageclass lists them',
      })
    }
    const cause = 'it asks for a volume made by hand, and there is none that suits it (FailedBinding)'
    return doubtful(subject, {
      reason,
      cause,
      remedy: 'name a class with --storage-class NAME: kubectl get storageclass lists them',
    })
  }
  if (reason === 'ProvisioningFailed') {
    const missing = /storageclass\.storage\.k8s\.io "([^"]+)" not found/.exec(message)?.[1]
    if (missing !== undefined) {
      const cause = `there is no StorageClass ${missing} (${reason})`
      return doubtful(subject, {
        reason,
        cause,
        remedy: 'name another with --storage-class NAME: kubectl get storageclass lists them',
      })
    }
    return doubtful(subject, {
      reason,
      cause: `its volume cannot be made: ${lastClause(message)} (${reason})`,
      remedy: look,
    })
  }
  if (reason === 'FailedBinding')
    return doubtful(subject, { reason, cause: `it cannot be bound: ${lastClause(message)} (${reason})`, remedy: look })
  // Two words each, in turns: the controller says the one or the other as it happens to look.
  const waits = reason.startsWith('WaitFor')
  const word = waits ? 'WaitForFirstConsumer' : 'Provisioning'
  const cause = waits ? `its volume is made when a Pod uses it (${word})` : `its volume is being made (${word})`
  return normal(subject, { reason: word, cause, remedy: waits ? 'make a Pod that uses it' : look })
}
