import * as assert from 'uvu/assert'
import { SteppedClock } from '../../../sandbox/clock.ts'
import { kinds } from '../../../sandbox/kinds/index.ts'
import type { Service, StorageClass } from '../../../sandbox/kubernetes.ts'
import { seed } from '../../../sandbox/store/seed.ts'
import { MemoryStore } from '../../../sandbox/store/store.ts'
import { tests } from '../../support/tests.ts'

const clock = new SteppedClock()

tests('a fresh cluster', (test) => {
  test('holds what kind puts into one', () => {
    const store = new MemoryStore(kinds, clock)
    seed(store, clock)
    const names = (kind: string) => store.list(kind).items.map(({ metadata }) => metadata.name)
    assert.equal(names('namespaces'), ['default', 'kube-node-lease', 'kube-public', 'kube-system'])
    assert.equal(names('priorityclasses.scheduling.k8s.io'), ['system-cluster-critical', 'system-node-critical'])
    assert.equal(
      store.list<Service>('services').items.map(({ metadata, spec }) => [metadata.name, spec?.clusterIP]),
      [
        ['kubernetes', '10.96.0.1'],
        ['kube-dns', '10.96.0.10'],
      ],
    )
    assert.equal(names('endpoints'), ['kubernetes', 'kube-dns'])
    const [standard] = store.list<StorageClass>('storageclasses.storage.k8s.io').items
    assert.is(standard?.metadata.annotations?.['storageclass.kubernetes.io/is-default-class'], 'true')
    assert.equal(
      [standard?.provisioner, standard?.reclaimPolicy, standard?.volumeBindingMode],
      ['rancher.io/local-path', 'Delete', 'WaitForFirstConsumer'],
    )
  })
})
