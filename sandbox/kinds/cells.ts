import { selectorText } from '../store/selectors.ts'

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

export const selectorOf = (selector: Parameters<typeof selectorText>[0] = {}): string => none(selectorText(selector))

interface Template {
  readonly spec?: { readonly containers: readonly { readonly name: string; readonly image?: string }[] } | undefined
}

export const containersOf = ({ spec }: Template): string => (spec?.containers ?? []).map(({ name }) => name).join(',')
export const imagesOf = ({ spec }: Template): string =>
  (spec?.containers ?? []).map(({ image = '' }) => image).join(',')
