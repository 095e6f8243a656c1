import { createHmac, randomBytes } from 'node:crypto'
import type { Pod } from '../kubernetes.ts'
import { nodeName } from './node.ts'

// Nothing in the sandbox accepts these tokens: they have the shape, and say what they are for.
const secret = randomBytes(32)
const issuer = 'https://kubernetes.default.svc.cluster.local'
const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')

/** A service account token for one Pod. The same for the larger part of its life, as the kubelet keeps one until 80 % of it have passed. */
export function tokenFor({ metadata, spec }: Pod, now: number, audience = issuer, life = 3607): string {
  const since = Date.parse(metadata.creationTimestamp) / 1000
  const kept = Math.floor(life * 0.8)
  const issued = since + Math.floor((now / 1000 - since) / kept) * kept
  const account = spec?.serviceAccountName ?? 'default'
  const signed = `${part({ alg: 'HS256', kid: 'sandbox' })}.${part({
    aud: [audience],
    exp: issued + life,
    iat: issued,
    iss: issuer,
    'kubernetes.io': {
      namespace: metadata.namespace,
      node: { name: nodeName },
      pod: { name: metadata.name, uid: metadata.uid },
      serviceaccount: { name: account },
    },
    nbf: issued,
    sub: `system:serviceaccount:${metadata.namespace}:${account}`,
  })}`
  return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`
}
