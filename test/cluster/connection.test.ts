import * as assert from 'uvu/assert'
import { identityFlags, namesServer } from '../../scripts/cluster/connection.ts'
import { tests } from '../support/tests.ts'

tests('connection', (test) => {
  test('what no kubeconfig entry can carry becomes flags', () =>
    assert.equal(
      identityFlags({
        as: "o'neil",
        asGroup: ['a', 'b c'],
        asUid: '7',
        token: 't',
        clientCertificate: 'c',
        clientKey: 'k',
        cacheDir: 'd',
      }),
      [
        "--as=o'neil",
        '--as-group=a',
        '--as-group=b c',
        '--as-uid=7',
        '--token=t',
        '--client-certificate=c',
        '--client-key=k',
        '--cache-dir=d',
      ],
    ))

  test('what an entry can carry does not', () =>
    assert.equal(
      identityFlags({
        context: 'a',
        cluster: 'b',
        user: 'c',
        namespace: 'd',
        server: 'e',
        kubeconfig: 'f',
        tlsServerName: 'g',
      }),
      [],
    ))

  test('another server or another trust asks for an entry of its own', () => {
    for (const connection of [
      { server: 'https://h' },
      { certificateAuthority: 'c' },
      { insecureSkipTlsVerify: true },
      { tlsServerName: 'h' },
    ])
      assert.ok(namesServer(connection), JSON.stringify(connection))
    for (const connection of [{}, { context: 'a', cluster: 'b', user: 'c', as: 'd', token: 't' }])
      assert.not(namesServer(connection), JSON.stringify(connection))
  })
})
