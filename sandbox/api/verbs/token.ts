import { randomBytes, randomUUID } from 'node:crypto'
import { invalid } from '../../refusal.ts'
import { isObject, type JsonObject } from '../../schema/json.ts'
import { timestamp } from '../../store/time.ts'
import { accepted } from '../accepting.ts'
import { readBody } from '../body.ts'
import type { Answer, Call } from '../call.ts'
import { writeOptions } from '../writing.ts'
import { existing } from './get.ts'

const gvk = { group: 'authentication.k8s.io', version: 'v1', kind: 'TokenRequest' }
const issuer = 'https://kubernetes.default.svc.cluster.local'
const key = randomBytes(256)

/** A token of the real form. It opens nothing: the sandbox knows one user. */
export async function requestToken(call: Call): Promise<Answer> {
  const { context, namespace, name } = call
  const account = existing(call)
  const object = accepted(gvk, await readBody(call.request), writeOptions(call, 'CreateOptions'))
  const { spec } = object as unknown as JsonObject
  const { audiences, expirationSeconds } = isObject(spec) ? spec : {}
  const seconds = typeof expirationSeconds === 'number' ? expirationSeconds : 3600
  if (seconds < 600)
    throw invalid('TokenRequest.authentication.k8s.io', '', [
      {
        field: 'spec.expirationSeconds',
        reason: 'FieldValueInvalid',
        message: `Invalid value: ${seconds}: may not specify a duration less than 10 minutes`,
      },
    ])
  const now = Math.floor(context.clock.now() / 1000)
  const audience = Array.isArray(audiences) && audiences.length > 0 ? audiences : [issuer]
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const claims = {
    aud: audience,
    exp: now + seconds,
    iat: now,
    iss: issuer,
    jti: randomUUID(),
    'kubernetes.io': { namespace, serviceaccount: { name, uid: account.metadata.uid } },
    nbf: now,
    sub: `system:serviceaccount:${namespace}:${name}`,
  }
  const token = `${part({ alg: 'RS256', kid: 'sandbox' })}.${part(claims)}.${key.toString('base64url')}`
  const json = {
    kind: gvk.kind,
    apiVersion: 'authentication.k8s.io/v1',
    metadata: { name, namespace, uid: account.metadata.uid, creationTimestamp: timestamp(context.clock.now()) },
    spec: { audiences: audience, expirationSeconds: seconds, boundObjectRef: null },
    status: { token, expirationTimestamp: timestamp((now + seconds) * 1000) },
  }
  return { code: 201, json }
}
