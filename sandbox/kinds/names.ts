import type { Cause } from '../refusal.ts'
import { invalidValue } from './causes.ts'

// The rules and sentences of k8s.io/apimachinery/pkg/util/validation/validation.go.

type Rule = (text: string) => string | undefined
/** What may be wrong in several ways at once. */
type Rules = (text: string) => readonly string[]

const label = '[a-z0-9]([-a-z0-9]*[a-z0-9])?'
const labelPattern = new RegExp(`^${label}$`)
const namePattern = /^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/
const withMore =
  "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character"
const nameRegex = "'([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]'"
const nameExamples = `(e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is ${nameRegex})`

const tooMany = (limit: number) => `must be no more than ${limit} characters`

/** One DNS label. */
export const dnsLabel: Rule = (text) => {
  if (text.length > 63) return tooMany(63)
  if (labelPattern.test(text)) return undefined
  return `a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '${label}')`
}

/** A Service's name: no digit first. */
export const dns1035Label: Rule = (text) => {
  if (text.length > 63) return tooMany(63)
  if (/^[a-z]([-a-z0-9]*[a-z0-9])?$/.test(text)) return undefined
  return "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')"
}

const isSubdomain = (text: string) => text.split('.').every((part) => labelPattern.test(part))

/** Labels with dots between them: most objects' names. */
export const dnsSubdomain: Rule = (text) => {
  if (text.length > 253) return tooMany(253)
  if (isSubdomain(text)) return undefined
  return `a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '${label}(\\.${label})*')`
}

/** A label's key, an annotation's, a finalizer: a name, perhaps with a domain and a slash before it. */
export const qualifiedName: Rule = (text) => {
  const parts = text.split('/')
  const [prefix, name] = parts.length === 1 ? [undefined, text] : parts
  if (parts.length > 2)
    return `a qualified name ${withMore} ${nameExamples} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`
  if (prefix === '') return 'prefix part must be non-empty'
  const domain = prefix === undefined ? undefined : dnsSubdomain(prefix)
  if (domain !== undefined) return `prefix part ${domain}`
  if (name === undefined || name === '') return 'name part must be non-empty'
  if (name.length > 63) return `name part ${tooMany(63)}`
  return namePattern.test(name) ? undefined : `name part ${withMore} ${nameExamples}`
}

export const labelValue: Rule = (text) => {
  if (text.length > 63) return tooMany(63)
  if (text === '' || namePattern.test(text)) return undefined
  return "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')"
}

/** A key of a ConfigMap or a Secret: a file's name. */
export const configKey: Rule = (text) => {
  if (text.length > 253) return tooMany(253)
  if (!/^[-._a-zA-Z0-9]+$/.test(text))
    return "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')"
  if (text === '.') return "must not be '.'"
  if (text === '..') return "must not be '..'"
  return text.startsWith('..') ? "must not start with '..'" : undefined
}

/** A port's name. */
export const portName: Rules = (text) => [
  ...(text.length > 15 ? [tooMany(15)] : []),
  ...(/^[-a-z0-9]+$/.test(text) ? [] : ['must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)']),
  ...(/[a-z]/.test(text) ? [] : ['must contain at least one letter (a-z)']),
  ...(text.includes('--') ? ['must not contain consecutive hyphens'] : []),
  ...(/^-|-$/.test(text) ? ['must not begin or end with a hyphen'] : []),
]

export const environmentName: Rule = (text) =>
  /^[ -<>-~]+$/.test(text)
    ? undefined
    : "a valid environment variable name must consist only of printable ASCII characters other than '='"

export const ipAddress: Rule = (text) => {
  const v4 = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text)
  if (v4?.slice(1).every((part) => Number(part) < 256 && String(Number(part)) === part) === true) return undefined
  if (/^[0-9a-fA-F:]*:[0-9a-fA-F:]*$/.test(text) && text.split(':').length > 2) return undefined
  return 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)'
}

export function obeys(field: string, value: string, rule: Rule | Rules): Cause[] {
  const why = rule(value) ?? []
  return (typeof why === 'string' ? [why] : why).map((each) => invalidValue(field, value, each))
}

export const annotationCauses = (field: string, annotations: Readonly<Record<string, string>> = {}): Cause[] =>
  Object.keys(annotations).flatMap((key) => obeys(field, key, (text) => qualifiedName(text.toLowerCase())))

export const labelsCauses = (field: string, labels: Readonly<Record<string, string>> = {}): Cause[] =>
  Object.entries(labels).flatMap(([key, value]) => [
    ...obeys(field, key, qualifiedName),
    ...obeys(field, value, labelValue),
  ])
