import * as assert from 'uvu/assert'
import { imageFor } from '../../../../sandbox/programs/images.ts'
import { shellOf } from '../../../../sandbox/programs/sh/index.ts'
import { tests } from '../../../support/tests.ts'
import { machine } from '../../support/machine.ts'
import ash from './fixtures/ash.json' with { type: 'json' }
import bash from './fixtures/bash.json' with { type: 'json' }
import dash from './fixtures/dash.json' with { type: 'json' }

/** A script as the real one ran it in a container: its lines on both outputs, sorted, for their order is chance. */
interface Recorded {
  readonly script: string
  readonly output: readonly string[]
  readonly code: number
}

const recordings: readonly (readonly ['ash' | 'dash' | 'bash', readonly Recorded[]])[] = [
  ['ash', ash],
  ['dash', dash],
  ['bash', bash],
]

tests('a shell says what the real one said', (test) => {
  for (const [flavour, recorded] of recordings) {
    const busybox = imageFor('busybox:1.36')
    const name = flavour === 'bash' ? 'bash' : 'sh'
    const others =
      flavour === 'ash' ? [] : [['/bin/sh', shellOf('dash')] as const, ['/bin/bash', shellOf('bash')] as const]
    const image = { files: busybox.files, programs: new Map([...busybox.programs, ...others]) }
    for (const { script, output, code } of recorded) {
      test(`${flavour}: ${script}`, async () => {
        const ended = await machine(image).run([name, '-c', script], { env: { HOME: '/root', HOSTNAME: 'bb' } })
        const lines = (ended.stdout + ended.stderr).split('\n').filter((line) => line !== '')
        assert.equal({ output: lines.toSorted(), code: ended.code }, { output, code })
      })
    }
  }
})
