import { badRequest } from '../refusal.ts'
import { parseRequirements, type Requirement } from './requirements.ts'

type Labels = Readonly<Record<string, string>> | undefined

/** As Deployments, Services' policies and the like have it: metav1.LabelSelector. */
interface LabelSelector {
  readonly matchLabels?: Readonly<Record<string, string>>
  readonly matchExpressions?: readonly {
    readonly key: string
    readonly operator: string
    readonly values?: readonly string[]
  }[]
}

/** None selects nothing; an empty one selects everything. */
export function matchesLabels(selector: LabelSelector | undefined, labels: Labels): boolean {
  if (selector === undefined) return false
  const { matchLabels = {}, matchExpressions = [] } = selector
  return (
    Object.entries(matchLabels).every(([key, value]) => labelOf(labels, key) === value) &&
    matchExpressions.every(({ key, operator, values = [] }) => meets({ key, operator, values }, labels))
  )
}

/** A labelSelector of the query: "app=web,tier in (front,back),!canary". */
export function parseLabels(text: string): (labels: Labels) => boolean {
  const requirements = parseRequirements(text)
  return (labels) => requirements.every((requirement) => meets(requirement, labels))
}

/** A selector as a Scale's status has it. */
export function selectorText({ matchLabels = {}, matchExpressions = [] }: LabelSelector): string {
  const equalities = Object.entries(matchLabels).map(([key, value]) => ({ key, text: `${key}=${value}` }))
  const others = matchExpressions.map(({ key, operator, values = [] }) => ({
    key,
    text: operator.endsWith('In')
      ? `${key} ${operator.toLowerCase()} (${values.toSorted().join(',')})`
      : operator === 'Exists'
        ? key
        : `!${key}`,
  }))
  return [...equalities, ...others]
    .toSorted((a, b) => (a.key < b.key ? -1 : 1))
    .map(({ text }) => text)
    .join(',')
}

const labelOf = (labels: Labels, key: string) =>
  labels !== undefined && Object.hasOwn(labels, key) ? labels[key] : undefined

function meets({ key, operator, values }: Requirement, labels: Labels): boolean {
  const value = labelOf(labels, key)
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value)
    case 'NotIn':
      return value === undefined || !values.includes(value)
    case 'Exists':
      return value !== undefined
    case 'DoesNotExist':
      return value === undefined
    case 'Gt':
      return value !== undefined && Number(value) > Number(values[0])
    case 'Lt':
      return value !== undefined && Number(value) < Number(values[0])
    default:
      return false
  }
}

export interface FieldTerm {
  readonly field: string
  readonly equal: boolean
  readonly value: string
}

/** A fieldSelector of the query: "status.phase!=Running,spec.nodeName=". k8s.io/apimachinery/pkg/fields. */
export function parseFields(text: string): readonly FieldTerm[] {
  return terms(text)
    .filter((term) => term !== '')
    .map((term) => {
      const { field, operator, value } =
        /^(?<field>(?:\\.|[^\\=!])*?)(?<operator>!=|==|=)(?<value>.*)$/su.exec(term)?.groups ?? {}
      if (field === undefined || value === undefined)
        throw badRequest(`invalid selector: '${text}'; can't understand '${term}'`)
      return { field, equal: operator !== '!=', value: value.replaceAll(/\\([\\,=])/gu, '$1') }
    })
}

/** At the commas that no backslash protects. */
const terms = (text: string): string[] => text.match(/(?:\\.|[^\\,])+/gsu) ?? []
