import type { V1Pod } from '@kubernetes/client-node'
import { eventsAbout, type Finding, lasting, type Scene } from './scene.ts'

interface Obstacle {
  readonly when: RegExp
  readonly cause: (match: RegExpMatchArray) => string
  readonly remedy: string
}

const resources: Readonly<Record<string, string>> = { cpu: 'CPU', memory: 'memory', 'ephemeral-storage': 'local disk' }
const seeNodes = 'look at kubectl describe nodes'
const seeClaims = 'look at kubectl describe pvc'

// The words are those of the scheduler's plugins: pkg/scheduler/framework/plugins/*, ErrReason*
const obstacles: readonly Obstacle[] = [
  {
    when: /persistentvolumeclaim "([^"]+)" not found/g,
    cause: ([, claim]) => `there is no PersistentVolumeClaim ${claim}`,
    remedy: 'look at kubectl get pvc',
  },
  {
    when: /persistentvolumeclaim "([^"]+)" is being deleted/g,
    cause: ([, claim]) => `the PersistentVolumeClaim ${claim} is being deleted`,
    remedy: 'wait until it is gone, and apply it again',
  },
  {
    when: /unbound immediate PersistentVolumeClaims/g,
    cause: () => 'its PersistentVolumeClaim has no volume yet',
    remedy: seeClaims,
  },
  {
    when: /didn't find available persistent volumes? to bind/g,
    cause: () => 'no volume that would suit its claim is free',
    remedy: seeClaims,
  },
  {
    when: /volume node affinity conflict|didn't match PersistentVolume's node affinity/g,
    cause: () => 'its volume can only be used on another node',
    remedy: 'look at kubectl describe pv',
  },
  { when: /exceed max volume count/g, cause: () => 'the nodes cannot attach more volumes', remedy: seeNodes },
  {
    when: /did not have enough free storage/g,
    cause: () => 'no node has enough free storage for its volume',
    remedy: seeNodes,
  },
  {
    when: /Insufficient ([\w./-]*\w)/g,
    cause: ([, resource = '']) => `no node has enough free ${resources[resource] ?? resource}`,
    remedy: 'make room on a node, or use a larger cluster',
  },
  {
    when: /Too many pods/g,
    cause: () => 'the nodes may not run more Pods',
    remedy: 'make room on a node, or use a larger cluster',
  },
  {
    when: /were unschedulable/g,
    cause: () => 'the node is cordoned',
    remedy: 'kubectl uncordon NODE lets Pods onto it again',
  },
  {
    when: /untolerated taint\(?s?\)?(?: \{([^:}]+))?/g,
    cause: ([, taint]) =>
      `the node has a taint that the Pod does not tolerate${taint === undefined ? '' : `, ${taint}`}`,
    remedy: 'look at kubectl describe nodes, under Taints',
  },
  {
    when: /didn't match Pod's node affinity|node\(s\) didn't match Pod's node selector/g,
    cause: () => 'no node has the labels that the Pod asks for',
    remedy: 'look at kubectl get nodes --show-labels',
  },
  {
    when: /didn't have free ports/g,
    cause: () => 'the port that it wants on the node is taken',
    remedy: 'look at kubectl get pods -A -o wide',
  },
  {
    when: /anti-affinity|topology spread/g,
    cause: () => 'it may not share a node with the Pods that are there',
    remedy: 'use a cluster with more nodes',
  },
  { when: /no nodes available/g, cause: () => 'the cluster has no node', remedy: 'look at kubectl get nodes' },
]

/** Why no node takes a Pod: the scheduler's latest word on it. */
export function diagnoseScheduling(pod: V1Pod, scene: Scene): readonly Finding[] {
  const scheduled = pod.status?.conditions?.find(({ type }) => type === 'PodScheduled')
  const [latest] = eventsAbout(scene, pod.metadata, 'FailedScheduling', 'Scheduled')
  if (pod.spec?.nodeName !== undefined || scheduled?.status === 'True' || latest?.reason === 'Scheduled') return []
  const subject = `pod/${pod.metadata?.name}`
  if (scheduled?.reason === 'SchedulingGated') {
    const cause = 'a scheduling gate holds it back (SchedulingGated)'
    return [lasting(subject, { reason: 'SchedulingGated', cause, remedy: `look at kubectl describe ${subject}` })]
  }
  const message = scheduled?.message ?? latest?.message
  if (message === undefined) return []
  const { cause, remedy } = translate(message)
  return [lasting(subject, { reason: 'FailedScheduling', cause: `${cause} (FailedScheduling)`, remedy })]
}

/** The scheduler counts nodes by reason ("0/3 nodes are available: 1 Insufficient cpu, 2 ..."); what preemption would do is left out. */
function translate(message: string): { readonly cause: string; readonly remedy: string } {
  const words = message.split(/(?:no new claims to deallocate, )?preemption:/)[0] ?? message
  const found = obstacles.flatMap(({ when, cause, remedy }) =>
    [...words.matchAll(when)].map((match) => ({ cause: cause(match), remedy })),
  )
  const [first] = found
  if (first === undefined) {
    const own = words
      .replace(/^\d+\/\d+ nodes are available: /, '')
      .replaceAll(/\b\d+ (?=node)/g, '')
      .trim()
      .replace(/[.,]$/, '')
    return { cause: `the scheduler finds no node: ${own}`, remedy: seeNodes }
  }
  return { cause: [...new Set(found.map(({ cause }) => cause))].join(', and '), remedy: first.remedy }
}
