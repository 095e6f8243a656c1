import { badRequest } from '../refusal.ts'

export interface Requirement {
  readonly key: string
  /** In, NotIn, Exists, DoesNotExist, Gt, Lt. */
  readonly operator: string
  readonly values: readonly string[]
}

const operators: Readonly<Record<string, string>> = {
  '=': 'In',
  '==': 'In',
  '!=': 'NotIn',
  in: 'In',
  notin: 'NotIn',
  '>': 'Gt',
  '<': 'Lt',
}
const special = /^(?:[(),!<>]|!=|={1,2}|)$/u

/** The grammar of label selectors, and its complaints: k8s.io/apimachinery/pkg/labels/selector.go. */
export function parseRequirements(text: string): readonly Requirement[] {
  const tokens = text.match(/[(),]|==|=|!=|!|>|<|[^\s(),=!<>]+/gu) ?? []
  let at = 0
  const peek = () => tokens[at] ?? ''
  const take = () => tokens[at++] ?? ''
  const unexpected = (found: string, expected: string) => wrong(`found '${found}', expected: ${expected}`)
  const isWord = (token: string) => !special.test(token)

  const requirement = (): Requirement => {
    const absent = peek() === '!' && take() === '!'
    const key = take()
    if (!isWord(key)) throw unexpected(key, 'identifier')
    refuseKey(key)
    if (peek() === '' || peek() === ',') return { key, operator: absent ? 'DoesNotExist' : 'Exists', values: [] }
    const operator = take()
    const named = Object.hasOwn(operators, operator) ? operators[operator] : undefined
    if (named === undefined) throw unexpected(operator, 'in, notin, =, ==, !=, gt, lt')
    const values = operator === 'in' || operator === 'notin' ? list() : [exact()]
    for (const value of values) refuseValue(key, value)
    if ((named === 'Gt' || named === 'Lt') && !/^[+-]?\d+$/u.test(values[0] ?? ''))
      throw wrong(`values[0]: Invalid value: "${values[0]}": for 'Gt', 'Lt' operators, the value must be an integer`)
    return { key, operator: named, values }
  }

  const exact = () => {
    if (peek() === '' || peek() === ',') return ''
    const value = take()
    if (!isWord(value)) throw unexpected(value, 'identifier')
    return value
  }

  const list = () => {
    const open = take()
    if (open !== '(') throw wrong(`found '${open}' expected: '('`)
    const values = ['']
    for (let token = take(); token !== ')'; token = take()) {
      if (token === ',') values.push('')
      else if (values.at(-1) !== '') throw unexpected(token, "',' or ')'")
      else if (isWord(token)) values.splice(-1, 1, token)
      else throw unexpected(token, "',', ')' or identifier")
    }
    return values
  }

  const found: Requirement[] = []
  if (tokens.length === 0) return found
  for (;;) {
    if (!isWord(peek()) && peek() !== '!') throw unexpectedEnd(peek(), found.length)
    found.push(requirement())
    const token = take()
    if (token === '') return found
    if (token !== ',') throw bad(`found '${token}', expected: ',' or 'end of string'`)
  }
}

const bad = (message: string) => badRequest(message)
const wrong = (message: string) => bad(`unable to parse requirement: ${message}`)
const unexpectedEnd = (token: string, before: number) =>
  bad(
    before === 0
      ? `found '${token}', expected: !, identifier, or 'end of string'`
      : `found '${token}', expected: identifier after ','`,
  )

const name = /^(?:[A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/u
const letters =
  "consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g."
const nameRule = `${letters} 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')`
const valueRule = `${letters} 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')`
const tooLong = 'must be no more than 63 characters'

/** k8s.io/apimachinery/pkg/util/validation, IsQualifiedName. */
function refuseKey(key: string): void {
  const [first = '', second, ...others] = key.split('/')
  const bare = second ?? first
  const refuse = (why: string) => wrong(`<nil>: Invalid value: "${key}": ${why}`)
  if (others.length > 0)
    throw refuse(
      `a qualified name must ${nameRule} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`,
    )
  if (bare.length > 63) throw refuse(`name part ${tooLong}`)
  if (!name.test(bare)) throw refuse(`name part must ${nameRule}`)
}

function refuseValue(key: string, value: string): void {
  if (value === '' || (name.test(value) && value.length <= 63)) return
  const why = value.length > 63 ? tooLong : `a valid label must be an empty string or ${valueRule}`
  throw wrong(`values[0][${key}]: Invalid value: "${value}": ${why}`)
}
