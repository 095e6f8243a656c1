import * as assert from 'uvu/assert'
import { locality, localityOf } from '../../scripts/cluster/locality.ts'
import { isLoopback } from '../../scripts/cluster/loopback.ts'
import { tests } from '../support/tests.ts'
import { answering } from './support/api.ts'

type Nodes = Parameters<typeof localityOf>[1]

const shown = (context: string, server: string, serverVersion = 'v1.34.4') => ({ context, server, serverVersion })
const node = (name: string, providerID?: string, labels = {}) => ({
  metadata: { name, labels },
  spec: providerID === undefined ? {} : { providerID },
})
const nodes = (...all: readonly object[]) => all as unknown as Nodes

const loopback = 'https://127.0.0.1:6443'
const far = 'https://10.0.0.7:6443'

tests('locality', (test) => {
  const cases: readonly (readonly [string, ReturnType<typeof shown>, Nodes, boolean])[] = [
    ['kind', shown('work', far), nodes(node('kind-control-plane', 'kind://docker/kind/kind-control-plane')), true],
    ['k3d', shown('k3d-dev', 'https://0.0.0.0:41234'), nodes(node('k3d-dev-server-0', 'k3s://k3d-dev-server-0')), true],
    [
      'minikube, by its label',
      shown('minikube', 'https://192.168.49.2:8443'),
      nodes(node('minikube', undefined, { 'minikube.k8s.io/name': 'minikube' })),
      true,
    ],
    ['Docker Desktop', shown('x', loopback), nodes(node('docker-desktop')), true],
    ['OrbStack', shown('x', loopback), nodes(node('orbstack')), true],
    ['Rancher Desktop', shown('x', loopback), nodes(node('lima-rancher-desktop')), true],
    ['Colima with a profile', shown('x', loopback), nodes(node('colima-work')), true],
    [
      'one node of another kind',
      shown('kind-x', loopback),
      nodes(node('a', 'kind://docker/a/a'), node('b', 'aws:///eu/i-1')),
      false,
    ],
    ['a tunnel, with nodes', shown('kind-x', loopback), nodes(node('b', 'aws:///eu/i-1')), false],
    ['a name that only begins like a desktop', shown('x', far), nodes(node('docker-desktop-7')), false],
    ['no node at all, behind a tunnel', shown('prod', loopback), nodes(), false],
    ['nodes unseen, kind context, loopback', shown('kind-tour', loopback), undefined, true],
    ['nodes unseen, kind context, elsewhere', shown('kind-tour', far), undefined, false],
    ['nodes unseen, other context, loopback', shown('prod', loopback), undefined, false],
    ['nodes unseen, context kind- without a name', shown('kind-', loopback), undefined, false],
    ['nodes unseen, minikube', shown('minikube', 'https://localhost:8443'), undefined, true],
    ['nodes unseen, minikube-like', shown('minikube-prod', 'https://localhost:8443'), undefined, false],
    ['nodes unseen, colima profile', shown('colima-work', 'https://[::1]:8443'), undefined, true],
    ['the sandbox', shown('tour', loopback, 'v1.34.4+sandbox'), nodes(node('sandbox')), true],
    ['a sandbox elsewhere', shown('tour', far, 'v1.34.4+sandbox'), nodes(node('sandbox')), false],
    ['a sandbox by half its suffix', shown('tour', loopback, 'v1.34.4+sandbox1'), nodes(node('sandbox')), false],
  ]
  for (const [name, where, all, local] of cases) {
    test(`${name}: ${local ? 'local' : 'not local'}`, () => assert.is(localityOf(where, all).local, local))
  }

  test('the evidence names the node that is not known', () => {
    assert.match(localityOf(shown('x', far), nodes(node('a', 'kind://a'), node('b'))).evidence, /^node b /)
  })

  test('nodes that may not be seen are no error', async () => {
    const { api } = answering({ objects: { Node: '403' } })
    assert.equal(await locality(api, { shown: shown('prod', far) }), {
      local: false,
      evidence: 'nodes are not visible to you, and https://10.0.0.7:6443 is not this machine',
    })
  })

  test('a sandbox is known without a request', async () => {
    const { api, asked } = answering({})
    assert.ok((await locality(api, { shown: shown('x', loopback, 'v1.34.4+sandbox') })).local)
    assert.equal(asked, [])
  })

  const addresses: readonly (readonly [string, boolean])[] = [
    ['https://127.0.0.1:16443', true],
    ['https://127.8.9.10', true],
    ['https://[::1]:6443', true],
    ['https://LOCALHOST:6443', true],
    ['https://0.0.0.0:6443', true],
    ['https://127.0.0.1.example.com', false],
    ['https://localhost.example.com', false],
    ['https://128.0.0.1', false],
    ['', false],
  ]
  for (const [server, is] of addresses)
    test(`${JSON.stringify(server)} is ${is ? '' : 'not '}loopback`, () => assert.is(isLoopback(server), is))
})
