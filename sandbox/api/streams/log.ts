import type { IncomingMessage, ServerResponse } from 'node:http'
import type { LogQuery } from '../../contracts.ts'
import type { Pod } from '../../kubernetes.ts'
import { badRequest, invalid } from '../../refusal.ts'
import type { Cause } from '../../refusal.ts'
import type { ApiContext } from '../context.ts'
import { containerOf } from './target.ts'

/** A container's log as text, until it ends or, followed, until the client leaves. */
export async function logs(
  { kubelet }: ApiContext,
  pod: Pod,
  query: URLSearchParams,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const options = logQuery(query)
  checkQuery(pod.metadata.name, options)
  const container = containerOf(pod, query.get('container'))
  if (pod.spec?.nodeName === undefined) return void response.writeHead(204).end()
  const left = new AbortController()
  response.once('close', () => left.abort())
  const lines = await kubelet.logs(pod, container, options, left.signal)
  response.writeHead(200, { 'Content-Type': 'text/plain' }).flushHeaders()
  if (request.method === 'HEAD') return void response.end()
  try {
    for await (const bytes of lines) if (!response.write(bytes)) await drained(response)
  } catch (error) {
    if (!left.signal.aborted) throw error
  }
  response.end()
}

/** Or closed. */
function drained(response: ServerResponse): Promise<void> {
  return new Promise((done) => {
    const either = () => {
      response.off('drain', either)
      response.off('close', either)
      done()
    }
    response.on('drain', either)
    response.on('close', either)
  })
}

function logQuery(query: URLSearchParams): LogQuery {
  const number = (name: string) => {
    const text = query.get(name)
    if (text === null || text === '') return {}
    if (!/^[-+]?\d+$/.test(text)) throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`)
    return { [name]: Number(text) }
  }
  // Go's url values to bool: everything but "false" and "0" is true.
  const flag = (name: string) => !['false', '0', undefined].includes(query.get(name)?.toLowerCase())
  const sinceTime = query.get('sinceTime') ?? ''
  if (sinceTime !== '' && !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/.test(sinceTime))
    throw badRequest(
      `parsing time ${JSON.stringify(sinceTime)} as "2006-01-02T15:04:05Z07:00": cannot parse ${JSON.stringify(sinceTime)} as "2006"`,
    )
  return {
    previous: flag('previous'),
    follow: flag('follow'),
    timestamps: flag('timestamps'),
    ...number('tailLines'),
    ...number('sinceSeconds'),
    ...number('limitBytes'),
    ...(sinceTime === '' ? {} : { sinceTime }),
  }
}

/** Upstream: pkg/apis/core/validation, ValidatePodLogOptions. */
function checkQuery(name: string, { tailLines, limitBytes, sinceSeconds, sinceTime }: LogQuery): void {
  const wrong = (field: string, value: number | undefined, least: number): readonly Cause[] =>
    value === undefined || value >= least
      ? []
      : [
          {
            field,
            reason: 'FieldValueInvalid',
            message: `Invalid value: ${value}: must be greater than ${least === 0 ? 'or equal to ' : ''}0`,
          },
        ]
  const both = sinceSeconds !== undefined && sinceTime !== undefined
  const causes = [
    ...wrong('tailLines', tailLines, 0),
    ...wrong('limitBytes', limitBytes, 1),
    ...(both
      ? [
          {
            field: '[]',
            reason: 'FieldValueForbidden',
            message: 'Forbidden: at most one of `sinceTime` or `sinceSeconds` may be specified',
          },
        ]
      : wrong('sinceSeconds', sinceSeconds, 1)),
  ]
  if (causes.length > 0) throw invalid('PodLogOptions', name, causes)
}
