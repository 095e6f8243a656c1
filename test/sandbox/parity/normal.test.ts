import * as assert from 'uvu/assert'
import { tests } from '../../support/tests.ts'
import { differences, normal } from './normal.ts'

const play = (stdout: string, stderr: string, exitCode = 4) =>
  normal({ said: [{ command: 'kubectl exec app -- sh', exitCode, stdout, stderr }], state: [] }, {})

const race = 'E1125 00:48:03.854968   22241 websocket.go:296] Unknown stream id 1, discarding message\n'
const ended = 'command terminated with exit code 4\n'

tests('what counts as different:', (test) => {
  test("kubectl's dropped message and the output that it may have taken along do not", () => {
    assert.equal(differences(play('a\nb', ended), play('a', race + ended), true), [])
  })

  test('what else is said beside a dropped message does', () => {
    assert.is(differences(play('a', ended), play('a', `${race}no such file\n${ended}`), true).length, 2)
    assert.is(differences(play('a', ended), play('a', race + ended, 1), true).length, 1)
    assert.is(differences(play('a', ended), play('b', ended), true).length, 1)
  })
})
