import type { ApiContext } from './context.ts'
import { listen } from './listener.ts'
import type { Listening } from './listener.ts'
import { handler } from './routes.ts'
import { streams } from './streams/index.ts'

interface ServeOptions {
  readonly token: string
  readonly port?: number
  /** Called with every request of somebody who knows the token. */
  readonly onRequest?: () => void
  /** Called after `POST /sandbox/stop` has been answered. */
  readonly onStop?: () => void
}

export function serve(context: ApiContext, { token, port, onRequest, onStop }: ServeOptions): Promise<Listening> {
  const answer = handler(context)
  const stream = streams(context)
  return listen({
    token,
    port,
    now: context.clock.now(),
    answer: async (request, response) => {
      onRequest?.()
      if (onStop !== undefined && request.method === 'POST' && request.url === '/sandbox/stop') {
        response.once('finish', onStop)
        response.end('stopping\n')
        return
      }
      return stream.answer(request, response) ?? answer(request, response)
    },
    upgrade: (request, socket, head) => {
      onRequest?.()
      return stream.upgrade(request, socket, head)
    },
  })
}
