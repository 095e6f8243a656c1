import * as assert from 'uvu/assert'
import type { Play } from '../../scripts/cli/command.ts'
import { connectionFlags, flags } from '../../scripts/cli/flags.ts'
import { parse } from '../../scripts/cli/parse.ts'
import { contents, lessonNames } from '../../scripts/contents.ts'
import { tests } from '../support/tests.ts'

/** A line as it is typed; quotes are not read, so words with blanks are given as an array. */
type Typed = string | readonly string[]
const words = (typed: Typed) => (typeof typed === 'string' ? typed.split(' ').filter((word) => word !== '') : typed)

const played: Play = {
  command: 'play',
  connection: {},
  sandbox: false,
  input: true,
  colour: true,
  sections: ['secrets'],
  auto: false,
  yes: false,
  keep: false,
  from: undefined,
  parallel: false,
  timeout: 300_000,
  storageClass: undefined,
  registry: undefined,
  images: {},
  dryRun: false,
  json: false,
  junit: undefined,
}

const cleaned = {
  command: 'clean',
  connection: {},
  sandbox: false,
  input: true,
  colour: true,
  sections: [],
  all: false,
  yes: false,
  dryRun: false,
  json: false,
  timeout: 120_000,
}

const gives = (typed: Typed, expected: object) => () => assert.equal(parse(words(typed)), expected)
const plays = (typed: Typed, expected: Partial<Play>) => gives(typed, { ...played, ...expected })
const connects = (typed: Typed, connection: Play['connection']) => plays(typed, { connection })
const isMistake = (typed: Typed, sentence: string, wayOut?: string | RegExp) => () => {
  const found = parse(words(typed))
  if (found.command !== 'mistake') return assert.unreachable(`${String(typed)} is ${found.command}`)
  assert.is(found.sentence, sentence)
  if (wayOut !== undefined) assert.match(found.wayOut, wayOut)
}

tests('sections', (test) => {
  for (const name of lessonNames)
    for (const typed of [name, name.toUpperCase(), ...contents[name].aliases])
      test(typed, plays(typed, { sections: [name] }))
  test('several, in the order given', plays('sts secrets', { sections: ['statefulset', 'secrets'] }))
  test('each once', plays('pvc storage pv', { sections: ['storage'] }))
  test('all', plays('all', { sections: [...lessonNames] }))
  test('all, and one of them', plays('storage all', { sections: ['storage', 'secrets', 'sidecar', 'statefulset'] }))
  test('none: the menu', () => {
    const { command: _command, sections: _sections, ...options } = played
    assert.equal(parse([]), { command: 'menu', ...options })
    assert.equal(parse(['--keep']), { command: 'menu', ...options, keep: true })
  })
})

tests('flags of a lesson', (test) => {
  test('--auto', plays('secrets --auto', { auto: true }))
  test('before the section', plays('--auto secrets', { auto: true }))
  test('-y', plays('secrets -y', { yes: true }))
  test('--yes', plays('secrets --yes', { yes: true }))
  test('--keep', plays('secrets --keep', { keep: true }))
  test('--from, a number', plays('secrets --from 3', { from: '3' }))
  test('--from, a title', plays(['secrets', '--from', 'As files'], { from: 'As files' }))
  test('--from=', plays('secrets --from=3', { from: '3' }))
  test('--parallel', plays('all --auto --parallel', { sections: [...lessonNames], auto: true, parallel: true }))
  test('--timeout', plays('secrets --timeout 1m30s', { timeout: 90_000 }))
  test('--storage-class', plays('secrets --storage-class fast', { storageClass: 'fast' }))
  test('--registry', plays('secrets --registry r.example:5000/m', { registry: 'r.example:5000/m' }))
  test('--registry, without its last slash', plays('secrets --registry r.example/', { registry: 'r.example' }))
  test(
    '--image, twice',
    plays('secrets --image busybox=b:1 --image nginx=n@sha256:0=', {
      images: { busybox: 'b:1', nginx: 'n@sha256:0=' },
    }),
  )
  test('--dry-run', plays('secrets --dry-run', { dryRun: true }))
  test('-o json', plays('secrets --auto -o json', { auto: true, json: true }))
  test('--output=json', plays('secrets --auto --output=json', { auto: true, json: true }))
  test('-ojson', plays('secrets --auto -ojson', { auto: true, json: true }))
  test('-o json of what would be run', plays('secrets --dry-run -o json', { dryRun: true, json: true }))
  test('--junit', plays('secrets --junit a/b.xml', { junit: 'a/b.xml' }))
  test('--no-color', plays('secrets --no-color', { colour: false }))
  test('--no-input', plays('secrets --no-input', { input: false }))
})

tests("kubectl's flags", (test) => {
  test('--kubectl', connects('secrets --kubectl /bin/k', { kubectl: '/bin/k' }))
  test('--kubeconfig', connects('secrets --kubeconfig ~/k', { kubeconfig: '~/k' }))
  test('--context', connects(['secrets', '--context', 'a b$(c)'], { context: 'a b$(c)' }))
  test('--cluster', connects('secrets --cluster c', { cluster: 'c' }))
  test('--user', connects('secrets --user u', { user: 'u' }))
  test('-n', connects('secrets -n mine', { namespace: 'mine' }))
  test('-n, joined', connects('secrets -nmine', { namespace: 'mine' }))
  test('--namespace, before the section', connects('--namespace=mine secrets', { namespace: 'mine' }))
  test('-s', connects('secrets -s https://h', { server: 'https://h' }))
  test('--server', connects('secrets --server https://h', { server: 'https://h' }))
  test('--as', connects('secrets --as jane', { as: 'jane' }))
  test('--as-group, twice', connects('secrets --as-group a --as-group b', { asGroup: ['a', 'b'] }))
  test('--as-uid', connects('secrets --as-uid 7', { asUid: '7' }))
  test('--token', connects('secrets --token t', { token: 't' }))
  test('--certificate-authority', connects('secrets --certificate-authority c', { certificateAuthority: 'c' }))
  test('--client-certificate', connects('secrets --client-certificate c', { clientCertificate: 'c' }))
  test('--client-key', connects('secrets --client-key k', { clientKey: 'k' }))
  test('--insecure-skip-tls-verify', connects('secrets --insecure-skip-tls-verify', { insecureSkipTlsVerify: true }))
  test('--tls-server-name', connects('secrets --tls-server-name h', { tlsServerName: 'h' }))
  test('--disable-compression', connects('secrets --disable-compression', { disableCompression: true }))
  test('--request-timeout', connects('secrets --request-timeout 10s', { requestTimeout: '10s' }))
  test('--request-timeout 0, as kubectl has it', connects('secrets --request-timeout 0', { requestTimeout: '0' }))
  test('--cache-dir', connects('secrets --cache-dir d', { cacheDir: 'd' }))
})

tests('the other commands', (test) => {
  const cluster = { connection: {}, sandbox: false, input: true, colour: true }
  test('list', gives('list', { command: 'list', json: false }))
  test('list -o json', gives('list -o json', { command: 'list', json: true }))
  test('version', gives('version', { command: 'version', json: false }))
  test('--version', gives('--version', { command: 'version', json: false }))
  test('status', gives('status', { command: 'status', ...cluster, json: false }))
  test(
    'status, with flags',
    gives('-n x status -o json --no-input', {
      command: 'status',
      connection: { namespace: 'x' },
      sandbox: false,
      input: false,
      colour: true,
      json: true,
    }),
  )
  test('doctor', gives('doctor --storage-class s', { command: 'doctor', ...cluster, json: false, storageClass: 's' }))
  test('clean', gives('clean', cleaned))
  test(
    'clean, with sections and flags',
    gives('clean pvc sts --all -y --dry-run -o json --timeout 10', {
      ...cleaned,
      sections: ['storage', 'statefulset'],
      all: true,
      yes: true,
      dryRun: true,
      json: true,
      timeout: 10_000,
    }),
  )
  for (const shell of ['bash', 'zsh', 'fish'])
    test(`completion ${shell}`, gives(`completion ${shell}`, { command: 'completion', shell }))
  for (const typed of ['help', '--help', '-h', 'secrets --help', 'help secrets', 'nosuch --help'])
    test(typed, () => {
      const found = parse(words(typed))
      assert.is(found.command, 'help')
      assert.match(found.command === 'help' ? found.text : '', /^Kubernetes lessons .*\n\nUsage:/)
    })
  for (const typed of ['help clean', 'clean --help', 'clean -h'])
    test(typed, () => {
      const found = parse(words(typed))
      assert.match(found.command === 'help' ? found.text : '', /kubectl tour clean \[SECTION\.\.\.\] \[flags\]/)
    })
})

tests('the sandbox', (test) => {
  test('is asked for with a flag', () => {
    const found = parse(words('secrets --sandbox -n mine'))
    assert.is(found.command === 'play' && found.sandbox, true)
  })
  for (const [typed, action, exported] of [
    ['sandbox', 'shell', false],
    ['sandbox start --export', 'start', true],
    ['sandbox stop', 'stop', false],
  ] as const)
    test(typed, () => assert.equal(parse(words(typed)), { command: 'sandbox', action, exported }))
  test('with an action nearly right', isMistake('sandbox strat', 'There is no action "strat".', 'did you mean start?'))
  test('and a context', isMistake('secrets --sandbox --context a', '--sandbox and --context lead to two places.'))
  test('and a flag of another command', isMistake('secrets --export', '--export is no flag of a lesson.'))
})

tests('mistakes', (test) => {
  const help = 'see kubectl tour --help'
  test('a flag nearly right', isMistake('secrets --atuo', 'There is no flag --atuo.', 'did you mean --auto?'))
  test('with a value', isMistake('secrets --contxt=a', 'There is no flag --contxt.', 'did you mean --context?'))
  test('of kubectl', isMistake('secrets --namepsace a', 'There is no flag --namepsace.', 'did you mean --namespace?'))
  test('a flag like none', isMistake('secrets --frobnicate', 'There is no flag --frobnicate.', help))
  test('one letter', isMistake('secrets -x', 'There is no flag -x.', help))
  test(
    'a section nearly right',
    isMistake('sercets', 'There is no section or command "sercets".', 'did you mean secrets?'),
  )
  test(
    'an alias nearly right',
    isMistake('confgimap', 'There is no section or command "confgimap".', /did you mean configmaps?\?/),
  )
  test(
    'a command nearly right',
    isMistake('docter', 'There is no section or command "docter".', 'did you mean doctor?'),
  )
  test('the second section', isMistake('secrets storag', 'There is no section "storag".', 'did you mean storage?'))
  test(
    'a section like none',
    isMistake(
      'deployments',
      'There is no section or command "deployments".',
      'there are secrets, sidecar, storage, statefulset, all, list, clean',
    ),
  )
  test('an empty word', isMistake(['secrets', ''], 'There is no section "".', 'there are secrets'))
  test('one letter for a section', isMistake('x', 'There is no section or command "x".', 'there are secrets'))
  test('after --', isMistake('secrets -- --auto', 'There is no section "--auto".'))
  test(
    '--parallel without --auto',
    isMistake('all --parallel', '--parallel goes with --auto: side by side, nobody could follow.', 'add --auto'),
  )
  test(
    '-o json without --auto',
    isMistake('secrets -o json', '-o json goes with --auto: its reader presses no keys.', 'add --auto'),
  )
  test(
    '--from with two sections',
    isMistake('secrets storage --from 2', '--from goes with one section.', 'kubectl tour storage --from 3'),
  )
  test('--from with none', isMistake('--from 2', '--from goes with one section.'))
  test(
    '--auto with no section',
    isMistake('--auto', 'Which section?', 'secrets, sidecar, storage, statefulset, or all'),
  )
  for (const time of ['0', '-1', '5 m', 'soon', '1d', '0s', 'm', '.5s'])
    test(`--timeout ${time}`, isMistake(['secrets', '--timeout', time], `"${time}" is no time.`, '30s, 5m or 1m30s'))
  test('--request-timeout', isMistake('secrets --request-timeout never', '"never" is no time.'))
  test('-o yaml', isMistake('list -o yaml', 'There is no output format "yaml".', '-o json'))
  test(
    '--image without a name',
    isMistake('secrets --image busybox:1', '--image busybox:1 names no image.', 'busybox='),
  )
  test('--image without a reference', isMistake('secrets --image busybox=', '--image busybox= names no image.'))
  test('--image with blanks', isMistake(['secrets', '--image', 'busybox=a b'], '--image busybox=a b names no image.'))
  test(
    '--image of no lesson',
    isMistake('secrets --image bussybox=a', 'There is no image "bussybox".', 'did you mean busybox?'),
  )
  test('--registry with blanks', isMistake(['secrets', '--registry', 'a b'], '"a b" is no registry.'))
  for (const name of ['Bad', 'a b', '../a', '-a', 'a.b', 'x'.repeat(64)])
    test(`-n ${name}`, isMistake(['secrets', `--namespace=${name}`], `"${name}" cannot be the name of a namespace.`))
  test('a value for a switch', isMistake('secrets --yes=false', '--yes takes no value.', 'leave =false out'))
  test(
    "kubectl's --dry-run=client",
    isMistake('secrets --dry-run=client', '--dry-run takes no value.', 'leave =client out'),
  )
  for (const { flags: spelled, of } of [...flags, ...connectionFlags]) {
    const long = /--[a-z-]+/.exec(spelled)?.[0] ?? ''
    if (spelled.includes('<')) {
      test(`${long}, empty`, isMistake(['secrets', long, ''], `${long} misses its value.`, `like ${long} `))
      test(
        `${long}, with nothing behind it`,
        isMistake(['secrets', long], `${long} misses its value.`, `like ${long} `),
      )
    }
    const value = spelled.includes('<') ? ['x=1'] : []
    for (const name of ['clean', 'status', 'doctor', 'list', 'version', 'completion'] as const)
      if (!of.includes(name))
        test(`${name} ${long}`, isMistake([name, long, ...value], `${long} is no flag of ${name}.`, /^it goes with /))
  }
  test(
    'clean --all is none of a lesson',
    isMistake('secrets --all', '--all is no flag of a lesson.', 'it goes with clean'),
  )
  for (const name of ['list', 'version', 'status', 'doctor'])
    test(`${name} with a word`, isMistake([name, 'secrets'], `kubectl tour ${name} takes no "secrets".`))
  test('completion without a shell', isMistake('completion', 'For which shell?', 'bash, zsh, fish'))
  test('completion for another', isMistake('completion bahs', 'There is no shell "bahs".', 'did you mean bash?'))
  test('completion for two', isMistake('completion bash zsh', 'kubectl tour completion takes no "zsh".'))
  test(
    'clean of none',
    isMistake('clean nosuch', 'There is no section "nosuch".', 'there are secrets, sidecar, storage, statefulset, all'),
  )
  test('help about nothing', isMistake('help claen', 'There is no section or command "claen".', 'did you mean clean?'))
})
