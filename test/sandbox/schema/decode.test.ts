import * as fc from 'fast-check'
import * as assert from 'uvu/assert'
import { Refusal } from '../../../sandbox/refusal.ts'
import { decode, isProtobuf } from '../../../sandbox/schema/index.ts'
import { equal } from '../../../sandbox/schema/json.ts'
import { tests } from '../../support/tests.ts'

// What kubectl 1.32 sent, and the object that it meant.
const bodies = [
  [
    'create configmap',
    'azhzAAoPCgJ2MRIJQ29uZmlnTWFwEisKEQoBYxIAGgAiACoAMgA4AEIAEg4KCV9fcHJvdG9fXxIBeBIGCgFhEgFiGgAiAA==',
    '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"c"},"data":{"a":"b","__proto__":"x"}}',
  ],
  [
    'create secret',
    'azhzAAoMCgJ2MRIGU2VjcmV0Eh0KEQoBcxIAGgAiACoAMgA4AEIAEgYKAWESAWIaABoAIgA=',
    '{"apiVersion":"v1","kind":"Secret","metadata":{"name":"s"},"data":{"a":"Yg=="}}',
  ],
  [
    'create deployment',
    'azhzAAoVCgdhcHBzL3YxEgpEZXBsb3ltZW50ErABChsKAWQSABoAIgAqADIAOABCAFoICgNhcHASAWQSggEIAhIKCggKA2FwcBIBZBpqChoKABIAGgAiACoAMgA4AEIAWggKA2FwcBIBZBJMEi4KBW5naW54EgVuZ2lueCoAMgoKABAAGFAiACoAQgBqAHIAgAEAiAEAkAEAogEAGgAyAEIASgBSAFgAYABoAIIBAIoBAJoBAMIBACICCgAoADgAGgwIABAAGAAgACgAOAAaACIA',
    '{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"d","labels":{"app":"d"}},"spec":{"replicas":2,"selector":{"matchLabels":{"app":"d"}},"template":{"metadata":{"labels":{"app":"d"}},"spec":{"containers":[{"name":"nginx","image":"nginx","ports":[{"containerPort":80}],"resources":{}}]}},"strategy":{}},"status":{}}',
  ],
  [
    'create service',
    'azhzAAoNCgJ2MRIHU2VydmljZRJrCh8KA3N2YxIAGgAiACoAMgA4AEIAWgoKA2FwcBIDc3ZjEkQKHgoHODAtaHR0cBIDVENQGFAiCggBEAAaBGh0dHAoABIKCgNhcHASA3N2YxoAIghOb2RlUG9ydDoAQgBSAFoAYABoABoCCgAaACIA',
    '{"apiVersion":"v1","kind":"Service","metadata":{"name":"svc","labels":{"app":"svc"}},"spec":{"ports":[{"name":"80-http","protocol":"TCP","port":80,"targetPort":"http"}],"selector":{"app":"svc"},"type":"NodePort"},"status":{"loadBalancer":{}}}',
  ],
  [
    'create token',
    'azhzAAooChhhdXRoZW50aWNhdGlvbi5rOHMuaW8vdjESDFRva2VuUmVxdWVzdBIdChAKABIAGgAiACoAMgA4AEIAEgMgkBwaBAoAEgAaACIA',
    '{"apiVersion":"authentication.k8s.io/v1","kind":"TokenRequest","metadata":{},"spec":{"expirationSeconds":3600},"status":{}}',
  ],
  [
    'auth can-i',
    'azhzAAoyChdhdXRob3JpemF0aW9uLms4cy5pby92MRIXU2VsZlN1YmplY3RBY2Nlc3NSZXZpZXcSPwoQCgASABoAIgAqADIAOABCABIhCh8KB2RlZmF1bHQSBmNyZWF0ZRoAIgAqBHBvZHMyADoAGggIABIAGgAgABoAIgA=',
    '{"apiVersion":"authorization.k8s.io/v1","kind":"SelfSubjectAccessReview","metadata":{},"spec":{"resourceAttributes":{"namespace":"default","verb":"create","resource":"pods"}},"status":{}}',
  ],
] as const

tests('schema: protobuf', (test) => {
  for (const [title, body, json] of bodies)
    test(`kubectl ${title}`, () => {
      const decoded = decode(Buffer.from(body, 'base64'))
      const expected: unknown = JSON.parse(json)
      assert.ok(equal(decoded, expected), JSON.stringify(decoded))
    })

  test('whatever bytes come, the answer is an object or a 400', () => {
    const valid = Buffer.from(bodies[2][1], 'base64')
    const mutated = fc
      .array(fc.record({ at: fc.nat(valid.length - 1), to: fc.nat(255) }), { minLength: 1, maxLength: 8 })
      .map((changes) => {
        const copy = Buffer.from(valid)
        for (const { at, to } of changes) copy[at] = to
        return copy
      })
    const anything = fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.concat([Buffer.from('k8s\0'), bytes]))
    fc.assert(
      fc.property(fc.oneof(mutated, anything), (body) => {
        try {
          return typeof decode(body) === 'object'
        } catch (error) {
          return error instanceof Refusal && error.code === 400
        }
      }),
      { numRuns: 500 },
    )
  })

  test('JSON is no protobuf', () => {
    assert.not(isProtobuf(Buffer.from('{"kind":"Pod"}')))
    assert.not(isProtobuf(Buffer.from('k8')))
  })
})
