import * as assert from 'uvu/assert'
import { SteppedClock } from '../../../sandbox/clock.ts'
import { answer, hosted, searched } from '../../../sandbox/node/net/dns.ts'
import { Network } from '../../../sandbox/node/net/network.ts'
import type { SocketEnd } from '../../../sandbox/node/net/socket.ts'
import { outside } from '../../../sandbox/node/kernel/description.ts'
import { rejects, tests } from '../../support/tests.ts'

const { ending } = outside
const text = async (end: SocketEnd) => Buffer.from(await end.read(100, { ending })).toString()

tests('the network', (test) => {
  const network = new Network(new SteppedClock())
  const web = network.add('10.244.0.2')
  const client = network.add('10.244.0.3')

  test('carries bytes both ways, and each way ends by itself', async () => {
    const listener = web.listen('0.0.0.0', 8080, 0)
    listener.hold()
    const here = await network.connect(client, '10.244.0.2', 8080, ending)
    const there = await listener.accept(outside)
    await here.write(Buffer.from('question'), { ending })
    here.end()
    assert.is(await text(there), 'question')
    assert.is(await text(there), '')
    await there.write(Buffer.from('answer'), { ending })
    assert.is(await text(here), 'answer')
    assert.equal(there.remote, here.local)
    assert.is(there.remote.address, '10.244.0.3')
    there.drop()
    assert.is(await text(here), '')
    listener.drop()
    await rejects(network.connect(client, '10.244.0.2', 8080, ending), 'Connection refused')
  })

  test('a port has one listener, an address is one’s own, loopback is not for others', async () => {
    const listener = web.listen('127.0.0.1', 9000, 0)
    listener.hold()
    assert.throws(() => web.listen('0.0.0.0', 9000, 0), 'Address already in use')
    assert.throws(() => web.listen('10.244.0.3', 9001, 0), 'Cannot assign requested address')
    await rejects(network.connect(client, '10.244.0.2', 9000, ending), 'Connection refused')
    assert.is((await network.connect(web, '127.0.0.1', 9000, ending)).remote.port, 9000)
    listener.drop()
  })

  test('a Service leads to one of its targets, is refused without one, and is silent on other ports', async () => {
    const listener = web.listen('0.0.0.0', 8080, 0)
    listener.hold()
    const service = { ip: '10.96.0.7', port: 80, protocol: 'TCP', targets: [{ ip: '10.244.0.2', port: 8080 }] }
    network.table = { names: {}, services: [service, { ...service, ip: '10.96.0.8', targets: [] }] }
    assert.equal((await network.connect(client, '10.96.0.7', 80, ending)).remote, { address: '10.244.0.2', port: 8080 })
    await rejects(network.connect(client, '10.96.0.8', 80, ending), 'Connection refused')
    const giveUp = new AbortController()
    const silent = network.connect(client, '10.96.0.7', 81, giveUp.signal)
    giveUp.abort(new Error('tired of waiting'))
    await rejects(silent, 'tired of waiting')
    listener.drop()
  })

  test('nothing leads out', async () => {
    for (const address of ['1.1.1.1', '192.168.0.1', '10.97.0.1'])
      await rejects(network.connect(client, address, 80, ending), 'Network is unreachable')
    await rejects(network.connect(client, '172.18.0.2', 6443, ending), 'Connection refused')
  })

  test('names are those of the cluster', () => {
    const names = {
      'web.default.svc.cluster.local': ['10.96.0.7'],
      '_http._tcp.web.default.svc.cluster.local': ['0 100 80 web.default.svc.cluster.local.'],
    }
    const table = { names, services: [{ ip: '10.96.0.7', port: 80, protocol: 'TCP', targets: [] }] }
    assert.equal(answer(table, 'Web.default.svc.cluster.local.', 'A'), { code: 'NOERROR', answers: ['10.96.0.7'] })
    assert.equal(answer(table, 'web.default.svc.cluster.local', 'AAAA'), { code: 'NOERROR', answers: [] })
    assert.equal(answer(table, 'default.svc.cluster.local', 'A'), { code: 'NOERROR', answers: [] })
    assert.is(answer(table, 'nosuch.default.svc.cluster.local', 'A').code, 'NXDOMAIN')
    assert.is(answer(table, 'constructor', 'A').code, 'SERVFAIL')
    assert.equal(answer(table, '7.0.96.10.in-addr.arpa', 'PTR').answers, ['web.default.svc.cluster.local'])
    assert.is(answer(table, '_http._tcp.web.default.svc.cluster.local', 'SRV').answers.length, 1)
  })

  test('the search path is tried as resolv.conf says', () => {
    const conf = 'search a.local b.local\noptions ndots:2\n'
    assert.equal(searched('web', conf), ['web.a.local', 'web.b.local', 'web'])
    assert.equal(searched('x.y.z', conf), ['x.y.z', 'x.y.z.a.local', 'x.y.z.b.local'])
    assert.equal(searched('web.', conf), ['web'])
    assert.equal(hosted('a', '# a\n127.0.0.1 localhost\n10.0.0.1\ta b # c\n::1 a\n'), ['10.0.0.1'])
  })
})
