// client-node's own quantityToScalar is not exported, and throws at 1.5Gi.
const factors: Readonly<Record<string, number>> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
}

/** A quantity of Kubernetes (10m, 1.5Gi, 1e3, 2) as a number; undefined where it is none. */
export function amountOf(quantity: string | number): number | undefined {
  const [, digits, suffix] =
    /^([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)([numkMGTPE]|[KMGTPE]i)?$/.exec(String(quantity)) ?? []
  return digits === undefined ? undefined : Number(digits) * (factors[suffix ?? ''] ?? 1)
}

/** An amount of a resource, written as a manifest would: 250m of cpu, 96Mi of memory, 3 pods. */
export function quantityOf(resource: string, amount: number): string {
  if (resource.endsWith('cpu')) return Number.isInteger(amount) ? `${amount}` : `${Math.round(amount * 1000)}m`
  if (!/(memory|storage)$/.test(resource)) return `${amount}`
  const unit = (['Ti', 'Gi', 'Mi', 'Ki'] as const).find(
    (each) => amount > 0 && Number.isInteger(amount / (factors[each] ?? 1)),
  )
  return unit === undefined ? `${amount}` : `${amount / (factors[unit] ?? 1)}${unit}`
}
