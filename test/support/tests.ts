import { setTimeout as sleep } from 'node:timers/promises'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'

/** What a test's body is given: work to do when it has ended, however it ended, the last first. */
export interface Context {
  readonly defer: (work: () => unknown) => void
  /** Aborted when the test has taken too long. */
  readonly signal: AbortSignal
}

export type Body = (context: Context) => Promise<void> | void

export interface Limit {
  /** Milliseconds. */
  readonly limit?: number
}

type Hook = () => Promise<void> | void
type Add = (hook: Hook) => void

export interface Test {
  (name: string, body: Body, options?: Limit): void
  readonly before: Add & { readonly each: Add }
  readonly after: Add & { readonly each: Add }
}

/**
 * A suite that runs itself, and in which nothing fails silently: with uvu's own suites a forgotten run(), a hook that
 * throws and a thrown value that is no Error all end with exit code 0.
 */
export function tests(name: string, define: (test: Test) => void, { limit = 30_000 }: Limit = {}): void {
  const add = suite(name)
  const hooks = { before: [] as Hook[], beforeEach: [] as Hook[], afterEach: [] as Hook[], after: [] as Hook[] }
  let prepared: Promise<void> | undefined

  const test = (title: string, body: Body, options: Limit = {}) =>
    add(title, () =>
      within(
        options.limit ?? limit,
        async (context) => {
          await (prepared ??= inOrder(hooks.before))
          await inOrder(hooks.beforeEach)
          await body(context)
        },
        hooks.afterEach,
      ),
    )

  define(Object.assign(test, {
    before: Object.assign(adderTo(hooks.before), { each: adderTo(hooks.beforeEach) }),
    after: Object.assign(adderTo(hooks.after), { each: adderTo(hooks.afterEach) }),
  }))
  if (hooks.after.length > 0) add('after all', () => within(limit, () => inOrder(hooks.after)))
  add.run()
}

/** uvu's `throws` does not wait for promises. Resolves with the error, for a closer look at it. */
export async function rejects(promise: Promise<unknown>, pattern: RegExp | string = ''): Promise<Error> {
  const failure = await promise.then(
    () => undefined,
    (error: unknown) => asError(error),
  )
  if (!failure) assert.unreachable(`expected a rejection${pattern === '' ? '' : ` with ${String(pattern)}`}`)
  assert.match(failure?.message ?? '', pattern)
  return failure as Error
}

/** Waits until the condition holds, asking again every so often. Resolves with what it then returned. */
export async function eventually<T>(
  condition: () => T | Promise<T>,
  { limit = 10_000, every = 50, what = 'the condition' }: Limit & { every?: number; what?: string } = {},
): Promise<NonNullable<T>> {
  const end = Date.now() + limit
  for (;;) {
    const value = await condition()
    if (value !== undefined && value !== null && value !== false) return value
    if (Date.now() > end) throw new Error(`${what} did not hold within ${limit} ms`)
    await sleep(every)
  }
}

async function within(limit: number, body: Body, last: readonly Hook[] = []): Promise<void> {
  const deferred: (() => unknown)[] = []
  const late = new AbortController()
  const errors: Error[] = []
  const attempt = (work: () => unknown) =>
    inTime(limit, work, late).catch((error: unknown) => void errors.push(asError(error)))

  await attempt(() => body({ defer: (work) => void deferred.unshift(work), signal: late.signal }))
  for (const work of [...deferred, ...last]) await attempt(work)
  if (errors.length > 1)
    throw asError(new AggregateError(errors, errors.map((error) => error.message).join('\nand then: ')))
  if (errors[0]) throw errors[0]
}

async function inTime(limit: number, work: () => unknown, late: AbortController): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const timeout = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      const error = new Error(`took longer than ${limit} ms`)
      late.abort(error)
      reject(error)
    }, limit)
  })
  try {
    await Promise.race([(async () => work())(), timeout])
  } finally {
    clearTimeout(timer)
  }
}

async function inOrder(hooks: readonly Hook[]): Promise<void> {
  for (const hook of hooks) await hook()
}

function adderTo(hooks: Hook[]): Add {
  return (hook) => void hooks.push(hook)
}

function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(`thrown: ${String(thrown)}`)
}
