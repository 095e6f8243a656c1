import type { LabelSelector } from './selector.ts'

/** What an empty cell says. */
export const none = (text: string | undefined): string => (text === undefined || text === '' ? '<none>' : text)

const modes: Readonly<Record<string, string>> = {
  ReadWriteOnce: 'RWO',
  ReadOnlyMany: 'ROX',
  ReadWriteMany: 'RWX',
  ReadWriteOncePod: 'RWOP',
}

/** RWO,RWX: always in this order. */
export const accessModes = (of: readonly string[] = []): string =>
  Object.entries(modes)
    .flatMap(([mode, short]) => (of.includes(mode) ? [short] : []))
    .join(',')

export const labelsOf = (labels: Readonly<Record<string, string>> = {}): string =>
  none(
    Object.entries(labels)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, value]) => `${key}=${value}`)
      .join(','),
  )

// k8s.io/apimachinery/pkg/apis/meta/v1.FormatLabelSelector
export function selectorOf({ matchLabels = {}, matchExpressions = [] }: LabelSelector = {}): string {
  const equals = Object.entries(matchLabels).map(([key, value]) => [key, `${key}=${value}`] as const)
  const others = matchExpressions.map(({ key, operator, values = [] }) => {
    if (operator === 'Exists') return [key, key] as const
    if (operator === 'DoesNotExist') return [key, `!${key}`] as const
    return [key, `${key} ${operator === 'In' ? 'in' : 'notin'} (${values.toSorted().join(',')})`] as const
  })
  const sorted = [...equals, ...others].toSorted(([a], [b]) => (a < b ? -1 : 1))
  return none(sorted.map(([, text]) => text).join(','))
}

interface Template {
  readonly spec?: { readonly containers: readonly { readonly name: string; readonly image?: string }[] } | undefined
}

export const containersOf = ({ spec }: Template): string => (spec?.containers ?? []).map(({ name }) => name).join(',')
export const imagesOf = ({ spec }: Template): string =>
  (spec?.containers ?? []).map(({ image = '' }) => image).join(',')
