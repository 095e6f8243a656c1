import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { Refusal } from '../refusal.ts'

const digest = (text: string) => createHash('sha256').update(text).digest()

const forbidden = (why: string) => new Refusal(403, 'Forbidden', `forbidden: ${why}`)

/**
 * Lets in who knows the token. No web page may ask, with or without it: a browser sends an Origin, and a page that has its own name lead to
 * 127.0.0.1 sends that name as Host.
 */
export function guard(token: string, host: () => string): (request: IncomingMessage) => void {
  const expected = digest(`Bearer ${token}`)
  return ({ headers, url = '' }) => {
    if (headers.origin !== undefined) throw forbidden('the sandbox answers no web pages')
    if (headers.host !== host()) throw forbidden(`the sandbox answers as ${host()} only`)
    if (!timingSafeEqual(digest(headers.authorization ?? ''), expected))
      throw new Refusal(401, 'Unauthorized', 'Unauthorized')
    if (!url.startsWith('/')) throw new Refusal(400, 'BadRequest', 'the request names no path')
  }
}
