import { quantityNanos } from '../schema/quantity.ts'
import { type Found, invalidValue, required } from './causes.ts'

type Amounts = Readonly<Record<string, string>>

const forContainers = ['cpu', 'memory', 'ephemeral-storage']
const standard = [...forContainers, 'storage', 'pods', 'services', 'secrets', 'configmaps']
const isHuge = (name: string) => name.startsWith('hugepages-')

// k8s.io/kubernetes/pkg/apis/core/validation.ValidateContainerResourceRequirements
export function resourcesCauses(
  field: string,
  { limits = {}, requests = {} }: { readonly limits?: Amounts; readonly requests?: Amounts },
): Found {
  return [
    entriesOf(limits).map(([name, amount]) => amountCauses(`${field}.limits[${name}]`, name, amount)),
    entriesOf(requests).map(([name, amount]) => [
      amountCauses(`${field}.requests[${name}]`, name, amount),
      limitCauses(field, name, amount, limits[name]),
    ]),
  ]
}

const entriesOf = (amounts: Amounts) => Object.entries(amounts).toSorted(([a], [b]) => (a < b ? -1 : 1))

function amountCauses(field: string, name: string, amount: string): Found {
  const isOdd = !isHuge(name) && !name.includes('/')
  return [
    isOdd &&
      !standard.includes(name) &&
      invalidValue(field, name, 'must be a standard resource type or fully qualified'),
    isOdd && !forContainers.includes(name) && invalidValue(field, name, 'must be a standard resource for containers'),
    quantityNanos(amount) < 0n && invalidValue(field, amount, 'must be greater than or equal to 0'),
  ]
}

function limitCauses(field: string, name: string, amount: string, limit: string | undefined): Found {
  const mayOvercommit = forContainers.includes(name)
  if (limit === undefined)
    return (
      !mayOvercommit &&
      name.includes('/') &&
      required(`${field}.limits`, 'Limit must be set for non overcommitable resources')
    )
  if (!mayOvercommit && quantityNanos(amount) !== quantityNanos(limit))
    return invalidValue(`${field}.requests`, amount, `must be equal to ${name} limit of ${limit}`)
  return (
    quantityNanos(amount) > quantityNanos(limit) &&
    invalidValue(`${field}.requests`, amount, `must be less than or equal to ${name} limit of ${limit}`)
  )
}
