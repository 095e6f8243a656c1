import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { screenOn } from '../../scripts/report/screen.ts'
import type { Spinner } from '../../scripts/report/spinner.ts'
import { still } from '../../scripts/report/spinner.ts'
import { terminal } from '../../scripts/report/terminal.ts'
import type { Event } from '../../scripts/stage/events.ts'
import { tests } from '../support/tests.ts'
import { ended, run } from './events.ts'

interface Look {
  readonly columns?: number
  readonly isTTY?: boolean
  readonly env?: NodeJS.ProcessEnv
  readonly plain?: boolean
  readonly spinner?: Spinner
}

const keys = 'enter: go on  m: manifest  !: shell  s: skip  r: restart  q: quit  ?: help'

function shown({ columns = 80, isTTY = true, env = { NO_COLOR: '1' }, plain = false, spinner = still }: Look = {}) {
  let text = ''
  const screen = screenOn({ write: (more) => Boolean((text += more)), isTTY, columns }, env, true)
  return { ...terminal({ screen, spinner, plain, keys }), text: () => text }
}

function told(events: readonly Event[], look?: Look): string {
  const { report, text } = shown(look)
  events.forEach(report)
  return text()
}

/** Holds a text to a file; `TOUR_TEST_UPDATE=1 node --import tsx test/report/terminal.test.ts` writes the files anew. */
async function golden(name: string, text: string): Promise<void> {
  const file = join(import.meta.dirname, 'fixtures', name)
  if (process.env['TOUR_TEST_UPDATE'] === '1') await writeFile(file, text)
  assert.fixture(text, await readFile(file, 'utf8'))
}

tests('a run on a terminal', (test) => {
  test('of 80 columns', () => golden('terminal-80.txt', told(run, { env: { NO_COLOR: '1', LANG: 'C.UTF-8' } })))
  test('of 60 columns, in plain lines and ASCII', () =>
    golden('terminal-60.txt', told(run, { columns: 60, env: { NO_COLOR: '1', LANG: 'C' }, plain: true })))

  test('says at both ends that it is the sandbox', () => {
    const inSandbox = run.map((event) =>
      event.type === 'run' && event.target !== null ? { ...event, target: { ...event.target, sandbox: true } } : event,
    )
    const text = told(inSandbox)
    assert.match(text, 'the sandbox, a cluster that is simulated on this machine')
    assert.match(text, /This was the sandbox: nothing was learned about a cluster\.\n$/)
    assert.not.match(told(run), 'sandbox')
  })

  for (const columns of [40, 60, 80, 200])
    test(`has no line of ours wider than ${Math.min(columns, 80)} columns at ${columns}`, () => {
      const prose = run
        .filter(({ type }) => type !== 'command')
        .map((event) => {
          if (event.type === 'lesson' && event.state === 'started')
            return { ...event, look: null, title: 'Pods with more than one container' }
          return event
        })
      for (const lang of ['C', 'C.UTF-8']) {
        const wide = told(prose, { columns, env: { NO_COLOR: '1', LANG: lang } })
          .split('\n')
          .filter((line) => line.length > Math.min(columns, 80) && line.includes(' ', 20) && !line.includes('look at'))
        assert.equal(wide, [])
      }
    })

  test('has colours, and says nothing by them alone', () => {
    const coloured = told(run, { env: { LANG: 'C.UTF-8' } })
    assert.match(coloured, '\u001B[')
    // eslint-disable-next-line no-control-regex
    assert.is(coloured.replaceAll(/\u001B\[[\d;]*m/g, ''), told(run, { env: { NO_COLOR: '1', LANG: 'C.UTF-8' } }))
  })

  test('has none in a pipe, on a dumb terminal, or where NO_COLOR stands', () => {
    for (const look of [{ isTTY: false, env: {} }, { env: { TERM: 'dumb' } }, { env: { NO_COLOR: '1' } }])
      assert.not.match(told(run, look), '\u001B[')
    assert.match(told(run, { isTTY: false, env: { FORCE_COLOR: '1' } }), '\u001B[')
  })

  test('speaks ASCII where the locale does', () => {
    // eslint-disable-next-line no-control-regex
    assert.not.match(told(run, { env: { LC_ALL: 'C', LANG: 'de_DE.UTF-8' } }), /[^\x00-\x7f]/)
    assert.match(told(run, { env: { LANG: 'de_DE.utf8' } }), '✔')
  })
})

tests('what may be read again', (test) => {
  const say = (text: string): Event => ({ type: 'say', lesson: 'storage', text })
  const manifest = (file: string): Event => ({
    type: 'manifest',
    lesson: 'storage',
    file,
    text: `# why ${file}\nkind: Pod\n`,
  })
  const pause: Event = { type: 'pause', lesson: 'storage' }

  const added = (events: readonly Event[], action: 'readAgain' | 'showManifests' | 'showHelp') => {
    const one = shown()
    events.forEach(one.report)
    const before = one.text().length
    one[action]()
    return one.text().slice(before)
  }

  test('is what was said since the last pause', () => {
    assert.is(added([say('one'), say('two')], 'readAgain'), 'one\n\ntwo\n\n')
    assert.is(added([say('one'), pause], 'readAgain'), 'one\n\n')
    assert.is(added([say('one'), pause, say('two'), pause], 'readAgain'), 'two\n\n')
  })

  test('a manifest is shown with its comments', () =>
    assert.is(added([manifest('a.yaml'), pause], 'showManifests'), '# a.yaml\n# why a.yaml\nkind: Pod\n\n'))
  test('those of one group together, and the last ones as long as there are no others', () => {
    assert.match(added([manifest('a.yaml'), manifest('b.yaml'), pause], 'showManifests'), /# a\.yaml[^]*# b\.yaml/)
    const later = added([manifest('a.yaml'), pause, say('x'), pause], 'showManifests')
    assert.match(later, '# a.yaml')
    assert.not.match(added([manifest('a.yaml'), pause, say('x'), manifest('b.yaml')], 'showManifests'), '# a.yaml')
  })
  test('none yet', () => assert.is(added([], 'showManifests'), 'No manifest has been applied yet.\n\n'))
  test('the help names every key', () => {
    const help = added([], 'showHelp')
    for (const key of ['enter', 's', 'a', 'm', '!', 'r', 'q', 'h', 'x', 'Ctrl-C']) assert.match(help, `\n  ${key}`)
    assert.match(help, /\n {2}s {17}skip: play the rest of this step without pauses\n/)
  })
  test('the help of a narrow terminal breaks between words', () => {
    const one = shown({ columns: 48 })
    one.showHelp()
    assert.match(one.text(), /\n {2}s {17}skip: play the rest of this\n {20}step without pauses\n/)
  })
})

tests('how a lesson ends on a terminal', (test) => {
  const cleaned = { namespace: 'tour-storage', own: true, objects: 0, volumes: 0, left: [] }
  const end = (more: object) =>
    told([{ ...ended, failed: 0, notHere: 0, proven: 8, exitCode: 0, cleaned, ...more }]).replaceAll(/\s+/g, ' ')

  test('well', () =>
    assert.is(end({}), 'storage: 8 of 8 claims proven in 21 s. tour-storage is gone: 0 objects, 0 volumes left. '))
  test('where volumes cannot be seen', () =>
    assert.match(end({ cleaned: { ...cleaned, volumes: null } }), 'volumes: not visible to you.'))
  test('in a namespace of somebody', () =>
    assert.match(
      end({ cleaned: { ...cleaned, own: false, namespace: 'mine' } }),
      '0 objects of the lesson in mine, 0 volumes left.',
    ))
  test('kept', () => assert.match(end({ cleaned: null }), 'Nothing was cleaned: kubectl tour clean does that.'))
  test('with something left', () =>
    assert.match(
      end({ exitCode: 4, cleaned: { ...cleaned, left: ['volume pvc-1 is still there'] } }),
      'Something was left behind: volume pvc-1 is still there Try again with kubectl tour clean.',
    ))
  test('broken off', () =>
    assert.match(end({ exitCode: 1, problem: 'It failed.\nlook there' }), /^It failed\. look there storage: 8/))
  test('refused: told elsewhere', () => assert.is(end({ exitCode: 3, seconds: 0 }), ''))
  test('and what comes next, if all went well', () => {
    const last = (exitCode: number): Event => ({
      type: 'end',
      exitCode,
      seconds: 1,
      lessons: {},
      next: 'kubectl tour secrets',
    })
    assert.is(told([last(0)]), 'Next: kubectl tour secrets\n')
    assert.is(told([last(1)]), '')
  })
})

tests('the spinner', (test) => {
  test('says what is waited for, keeps the keys in sight, and is away whenever a line is written', () => {
    const seen: string[] = []
    let spins = false
    const spinner: Spinner = {
      show: (text, pressed = '') => {
        spins = true
        seen.push(text + pressed)
      },
      hide: () => (spins = false),
    }
    const { report } = shown({ spinner })
    for (const event of run) {
      report(event)
      if (['claim', 'say', 'pause', 'end'].includes(event.type)) assert.not(spins, event.type)
    }
    assert.ok(seen.includes('waiting until storage-test is Ready'), seen.join('\n'))
    assert.ok(seen.includes('storage-test: Pending, pulling busybox'))
    assert.ok(seen.includes('waiting until storage-test is Ready   x: stop'))
  })
})
