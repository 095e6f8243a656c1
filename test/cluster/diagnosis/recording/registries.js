// Registries that fail in the ways that registries fail, so that containerd says what it says then.
// record.sh starts it in the network of its cluster's node: registries.js KEY CERT. The first label of the host is the way to fail.
import { createHash } from 'node:crypto'
import { createSocket } from 'node:dgram'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { createServer as createSecureServer } from 'node:https'

const manifestType = 'application/vnd.oci.image.index.v1+json'
const otherPlatform = JSON.stringify({
  schemaVersion: 2,
  mediaType: manifestType,
  manifests: [
    {
      mediaType: 'application/vnd.oci.image.manifest.v1+json',
      digest: `sha256:${'1'.repeat(64)}`,
      size: 500,
      platform: { architecture: 's390x', os: 'linux' },
    },
  ],
})

/** @type {import('node:http').RequestListener} */
const answer = (request, response) => {
  const host = request.headers.host ?? ''
  const way = host.split('.')[0]
  const json = (status, body, headers = {}) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers })
    response.end(request.method === 'HEAD' ? undefined : JSON.stringify(body))
  }
  const challenge = {
    'www-authenticate': `Bearer realm="http://${host}/token",service="${host}",scope="repository:nginx:pull"`,
  }
  const token = request.url?.startsWith('/token') ?? false
  if (way === 'limited') {
    // Docker Hub's body: https://docs.docker.com/docker-hub/usage
    const message = 'You have reached your unauthenticated pull rate limit. https://www.docker.com/increase-rate-limit'
    json(429, { errors: [{ code: 'TOOMANYREQUESTS', message }] })
  } else if (way === 'locked') {
    if (token) json(401, { details: 'incorrect username or password' })
    else json(401, { errors: [{ code: 'UNAUTHORIZED', message: 'authentication required' }] }, challenge)
  } else if (way === 'denied') {
    // as Docker Hub answers for a repository that is private or not there: a token, and then not this scope
    if (token) json(200, { token: 'anonymous' })
    else
      json(
        401,
        { errors: [{ code: 'UNAUTHORIZED', message: 'authentication required' }] },
        { 'www-authenticate': `${challenge['www-authenticate']},error="insufficient_scope"` },
      )
  } else if (way === 'forbidden')
    json(403, { errors: [{ code: 'DENIED', message: 'requested access to the resource is denied' }] })
  else if (way === 'broken') json(503, { errors: [{ code: 'UNAVAILABLE', message: 'service unavailable' }] })
  else if (way === 'foreign') {
    const digest = `sha256:${createHash('sha256').update(otherPlatform).digest('hex')}`
    response.writeHead(200, {
      'content-type': manifestType,
      'content-length': String(otherPlatform.length),
      'docker-content-digest': digest,
    })
    response.end(request.method === 'HEAD' ? undefined : otherPlatform)
  } else json(404, { errors: [{ code: 'MANIFEST_UNKNOWN', message: 'manifest unknown' }] })
}

const [, , key, cert] = process.argv
if (key === undefined || cert === undefined) throw new Error('usage: registries.js KEY CERT')
createServer(answer).listen(80, '127.0.0.2')
createSecureServer({ key: readFileSync(key), cert: readFileSync(cert) }, answer).listen(443, '127.0.0.2')

// A DNS server that knows no name: NXDOMAIN to every question.
const dns = createSocket('udp4')
dns.on('message', (question, { port, address }) => {
  const reply = Buffer.from(question)
  reply.writeUInt16BE(0x8183, 2)
  dns.send(reply, port, address)
})
dns.bind(53, '127.0.0.2')
