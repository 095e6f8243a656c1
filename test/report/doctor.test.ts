import * as assert from 'uvu/assert'
import type { Checkup } from '../../scripts/cluster/checkup/checkup.ts'
import { doctorLines } from '../../scripts/report/doctor.ts'
import { screenOn } from '../../scripts/report/screen.ts'
import { tests } from '../support/tests.ts'

const healthy: Checkup = {
  version: '0.1.0',
  target: { context: 'kind-tour', server: 'https://127.0.0.1:16443', user: 'kubernetes-admin', namespace: null },
  locality: { local: true, evidence: 'its node is of kind' },
  notModelled: null,
  versions: { kubectl: 'v1.34.4', server: 'v1.34.4', skew: null },
  nodes: [{ name: 'tour-control-plane', version: 'v1.34.4', ready: true, schedulable: true }],
  storage: {
    class: {
      name: 'standard',
      provisioner: 'rancher.io/local-path',
      binding: 'WaitForFirstConsumer',
      reclaim: 'Delete',
      isDefault: true,
    },
    classes: ['standard'],
    volumesVisible: true,
  },
  podSecurity: { enforce: null, visible: true },
  quota: [],
  dns: { state: 'ready', service: 'kube-system/kube-dns', readyEndpoints: 1 },
  plugin: { paths: ['/usr/local/bin/kubectl-tour'], problem: null },
  lessons: (['secrets', 'sidecar'] as const).map((lesson) => ({
    lesson,
    title: lesson,
    namespace: `tour-${lesson}`,
    canPlay: true,
    obstacles: [],
    notes: [],
  })),
  canPlay: true,
}

const sick: Checkup = {
  ...healthy,
  target: { ...healthy.target, namespace: 'team-a' },
  locality: {
    local: false,
    evidence: 'nodes are not visible to you, and https://127.0.0.1:16443 may be the end of a tunnel',
  },
  versions: {
    kubectl: 'v1.32.4',
    server: 'v1.34.4',
    skew: 'kubectl is 2 minor versions older than the server, and one is supported: install kubectl 1.34, or name one with --kubectl.',
  },
  nodes: null,
  storage: { class: null, classes: null, volumesVisible: false },
  podSecurity: { enforce: null, visible: false },
  quota: [{ quota: 'compute', resource: 'pods', hard: '1', used: '1' }],
  dns: { state: 'notVisible', service: null, readyEndpoints: null },
  plugin: { paths: [], problem: 'There is no kubectl-tour on PATH: kubectl tour will not find it.' },
  lessons: [
    {
      lesson: 'secrets',
      title: 'ConfigMaps and Secrets',
      namespace: 'team-a',
      canPlay: true,
      obstacles: [],
      notes: ['events: not visible to you'],
    },
    {
      lesson: 'statefulset',
      title: 'StatefulSets',
      namespace: 'team-a',
      canPlay: false,
      obstacles: [
        {
          topic: 'rights',
          sentence: 'You may not create pods/exec in team-a.',
          wayOut: 'ask for a Role with these rights, or name another namespace with -n NAME',
        },
        {
          topic: 'rights',
          sentence: 'You may not create or delete services in team-a.',
          wayOut: 'ask for a Role with these rights, or name another namespace with -n NAME',
        },
      ],
      notes: [],
    },
  ],
  canPlay: false,
}

const drawn = (checkup: Checkup, env: NodeJS.ProcessEnv = { LANG: 'C.UTF-8' }, colour = true) =>
  doctorLines(checkup, screenOn({ write: () => true }, env, colour)).join('\n')

tests('doctor, drawn', (test) => {
  test('a cluster on which all can be played', () => {
    assert.is(
      drawn(healthy),
      `cluster        kind-tour (https://127.0.0.1:16443) as kubernetes-admin
               local: its node is of kind
namespace      a new one for each lesson
versions       kubectl v1.34.4, server v1.34.4
nodes          1 (v1.34.4), ready
storage        class standard, the default (rancher.io/local-path)
               binds on first use (WaitForFirstConsumer)
               its volumes go with their claims (reclaim policy Delete)
pod security   none enforced by the lessons' own namespaces; the cluster's
               default is unknown
quota          none: the lessons' own namespaces are new
DNS            kube-system/kube-dns, 1 ready
plugin         /usr/local/bin/kubectl-tour

✔ secrets      can play
✔ sidecar      can play

All 2 lessons can be played.`,
    )
  })

  test('a user who may see and do little', () => {
    assert.is(
      drawn(sick),
      `cluster        kind-tour (https://127.0.0.1:16443) as kubernetes-admin
               not local, so playing asks first: nodes are not visible to you,
               and https://127.0.0.1:16443 may be the end of a tunnel
namespace      team-a
versions       kubectl v1.32.4, server v1.34.4
               … kubectl is 2 minor versions older than the server, and one is
               supported: install kubectl 1.34, or name one with --kubectl.
nodes          not visible to you
storage        classes: not visible to you
               volumes: not visible to you
pod security   not visible to you
quota          compute: pods 1 of 1
DNS            not visible to you
plugin         … There is no kubectl-tour on PATH: kubectl tour will not find
               it.

✔ secrets      can play
               events: not visible to you
✘ statefulset  You may not create pods/exec in team-a.
               You may not create or delete services in team-a.
               ask for a Role with these rights, or name another namespace
               with -n NAME

1 of 2 lessons can be played.`,
    )
  })

  test('no line is wider than 78 columns', () => {
    for (const line of drawn(sick).split('\n')) assert.ok(line.length <= 78, line)
  })

  test('colour only adds', () => {
    const coloured = drawn(sick, { LANG: 'C.UTF-8', FORCE_COLOR: '1' })
    assert.is.not(coloured, drawn(sick))
    // oxlint-disable-next-line no-control-regex -- an escape sequence begins with a control character
    assert.is(coloured.replaceAll(/\u001B\[\d+m/g, ''), drawn(sick))
  })

  test('a terminal without Unicode gets signs of ASCII', () => {
    assert.match(drawn(sick, { LANG: 'C' }), /^x statefulset {2}You may not/m)
    assert.match(drawn(sick, { LANG: 'C' }), /^\+ secrets/m)
  })
})
