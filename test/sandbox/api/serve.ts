import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { ApiContext } from '../../../sandbox/api/context.ts'
import { handler } from '../../../sandbox/api/routes.ts'

/** The API over plain HTTP: its address, and what ends it. */
export async function serve(
  context: ApiContext,
  port = 0,
): Promise<{ readonly url: string; readonly close: () => void }> {
  const server = createServer(handler(context))
  await new Promise<void>((listening) => server.listen(port, '127.0.0.1', listening))
  const close = () => {
    server.close()
    server.closeAllConnections()
  }
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close }
}
