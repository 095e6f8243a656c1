import { MessageChannel, Worker } from 'node:worker_threads'
import * as assert from 'uvu/assert'
import { askingDisk } from '../../../sandbox/node/syncdisk.ts'
import { tests } from '../../support/tests.ts'

/** Another thread that answers with the question, and wakes whoever asks too early: as for the answer before, which has been taken already. */
const answering = `
  const { port, answered } = require('node:worker_threads').workerData
  const count = new Int32Array(answered)
  const pause = () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2)
  port.on('message', ({ id, args: [names] }) => {
    pause()
    Atomics.notify(count, 0)
    pause()
    port.postMessage({ id, value: names })
    Atomics.add(count, 0, 1)
    Atomics.notify(count, 0)
  })
`

tests('asking the disk', (test) => {
  test('each question gets its own answer, whatever wakes it', async ({ defer }) => {
    const { port1, port2 } = new MessageChannel()
    const answered = new SharedArrayBuffer(4)
    const worker = new Worker(answering, {
      eval: true,
      workerData: { port: port2, answered },
      transferList: [port2],
    })
    defer(() => worker.terminate())
    const disk = askingDisk({ port: port1, answered })
    for (const name of ['a', 'b', 'c', 'd']) assert.equal(disk.list([name]), [name])
  })
})
