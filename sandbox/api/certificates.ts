// A certificate authority of one's own and a server's certificate from it, by node:crypto alone: X.509 (RFC 5280) in DER, ECDSA on P-256.
import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto'
import type { KeyObject } from 'node:crypto'

export interface Certificates {
  /** PEM. */
  readonly authority: string
  readonly certificate: string
  readonly key: string
}

const day = 86_400_000

/** For https://127.0.0.1 and https://localhost. Valid from a day before `now`, as clocks differ, for a year. */
export function certificates(now: number): Certificates {
  const authority = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const server = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const validity = sequence(time(now - day), time(now + 365 * day))
  const issuer = identifier(0x80, authority.publicKey)
  const issuedFor = (subject: string, key: KeyObject, extensions: readonly Buffer[]) =>
    signed(authority.privateKey, [
      tagged(0, integer(Buffer.from([2]))),
      integer(Buffer.concat([Buffer.from([0x40]), randomBytes(15)])),
      ecdsaWithSha256,
      name('sandbox-ca'),
      validity,
      name(subject),
      key.export({ type: 'spki', format: 'der' }),
      tagged(3, sequence(...extensions, extension(oid.authorityKeyIdentifier, sequence(issuer)))),
    ])
  return {
    authority: issuedFor('sandbox-ca', authority.publicKey, [
      extension(oid.basicConstraints, sequence(boolean)),
      extension(oid.keyUsage, der(0x03, Buffer.from([2, 0x84]))),
      extension(oid.subjectKeyIdentifier, identifier(0x04, authority.publicKey)),
    ]),
    certificate: issuedFor('kube-apiserver', server.publicKey, [
      extension(oid.basicConstraints, sequence()),
      extension(oid.keyUsage, der(0x03, Buffer.from([7, 0x80]))),
      extension(oid.extendedKeyUsage, sequence(der(0x06, oid.serverAuth))),
      extension(
        oid.subjectAlternativeName,
        sequence(der(0x82, Buffer.from('localhost')), der(0x87, Buffer.from([127, 0, 0, 1]))),
      ),
    ]),
    key: server.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  }
}

function signed(key: KeyObject, parts: readonly Buffer[]): string {
  const body = sequence(...parts)
  const signature = der(0x03, Buffer.concat([Buffer.from([0]), sign('sha256', body, key)]))
  const lines = sequence(body, ecdsaWithSha256, signature)
    .toString('base64')
    .replaceAll(/.{64}(?=.)/g, '$&\n')
  return `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`
}

function der(tag: number, content: Buffer): Buffer {
  const { length } = content
  const lengths = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.from([tag, ...lengths]), content])
}

const sequence = (...parts: readonly Buffer[]) => der(0x30, Buffer.concat(parts))
const tagged = (number: number, content: Buffer) => der(0xa0 + number, content)
const integer = (bytes: Buffer) => der(0x02, bytes)
const boolean = der(0x01, Buffer.from([0xff]))

/** GeneralizedTime would do from 2050 on. */
const time = (at: number) =>
  der(0x17, Buffer.from(`${new Date(at).toISOString().slice(2, 19).replaceAll(/[-:T]/g, '')}Z`))

const name = (commonName: string) =>
  sequence(der(0x31, sequence(der(0x06, oid.commonName), der(0x0c, Buffer.from(commonName)))))

/** The identifier of a key. */
const identifier = (tag: number, key: KeyObject) =>
  der(
    tag,
    createHash('sha256')
      .update(key.export({ type: 'spki', format: 'der' }))
      .digest()
      .subarray(0, 20),
  )

const extension = (id: Buffer, content: Buffer) =>
  sequence(der(0x06, id), ...(critical.has(id) ? [boolean] : []), der(0x04, content))

const oid = {
  commonName: Buffer.from('550403', 'hex'),
  basicConstraints: Buffer.from('551d13', 'hex'),
  keyUsage: Buffer.from('551d0f', 'hex'),
  extendedKeyUsage: Buffer.from('551d25', 'hex'),
  subjectAlternativeName: Buffer.from('551d11', 'hex'),
  subjectKeyIdentifier: Buffer.from('551d0e', 'hex'),
  authorityKeyIdentifier: Buffer.from('551d23', 'hex'),
  serverAuth: Buffer.from('2b06010505070301', 'hex'),
}
const critical = new Set<Buffer>([oid.basicConstraints, oid.keyUsage])
const ecdsaWithSha256 = sequence(der(0x06, Buffer.from('2a8648ce3d040302', 'hex')))
