import type { ServerResponse } from 'node:http'
import { Refusal } from '../refusal.ts'
import { entries, isList, type JsonObject } from '../schema/json.ts'

/** A v1.Status of status Failure for whatever was thrown. */
export function statusOf(error: unknown): JsonObject {
  const { code, reason, message, details } = refusalOf(error)
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message,
    ...(reason === '' ? {} : { reason }),
    ...(details === undefined ? {} : { details: present(details) }),
    code,
  }
}

/** Without what is empty, as Go omits it. */
function present(details: object): JsonObject {
  const filled = entries(details).filter(([, value]) => value !== '' && value !== undefined)
  return Object.fromEntries(
    filled.map(([name, value]) => [name, isList(value) ? value.map((cause) => present(cause as JsonObject)) : value]),
  )
}

export function sendStatus(response: ServerResponse, error: unknown): void {
  if (response.headersSent) return void response.end()
  const { code, details } = refusalOf(error)
  if (details?.retryAfterSeconds !== undefined) response.setHeader('Retry-After', details.retryAfterSeconds)
  response.statusCode = code
  response.setHeader('Content-Type', 'application/json')
  response.end(`${JSON.stringify(statusOf(error))}\n`)
}

/** k8s.io/apimachinery's NewInternalError for what is no refusal. */
function refusalOf(error: unknown): Refusal {
  if (error instanceof Refusal) return error
  const message = error instanceof Error ? error.message : String(error)
  return new Refusal(500, 'InternalError', `Internal error occurred: ${message}`, {
    causes: [{ message }] as never,
  })
}
