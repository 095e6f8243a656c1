import { join } from 'node:path'
import which from 'which'
import { type Cluster, kubectlAt, succeeded } from './cluster.ts'
import { listingOf, unchanged } from './listing.ts'
import { searchPath } from './temporary.ts'

let here: Promise<Cluster> | undefined

/** A sandbox that ends with this process, in the place of a cluster: the tests' bodies are the same. */
export function sandboxCluster(): Promise<Cluster> {
  here ??= started()
  return here
}

async function started(): Promise<Cluster> {
  const { start } = (await import(clientFile())) as typeof import('../../../sandbox/client.ts')
  const { kubeconfig } = await start()
  const ownKubectl = await which('kubectl', { path: searchPath() })
  const run = kubectlAt(ownKubectl, kubeconfig)
  const must = async (...args: string[]) => succeeded(`kubectl ${args.join(' ')}`, await run(args))
  const none = (what: string) => () => Promise.reject(new Error(`the sandbox has no ${what}`))
  return {
    kubeconfig,
    ownKubectl,
    dir: '',
    port: 0,
    kubectl: (...args) => run(args),
    must,
    apply: async (manifest) => succeeded('kubectl apply', await run(['apply', '-f', '-'], manifest)),
    fault: none('components to hurt'),
    listing: () => listingOf(must),
    unchanged: (before, seconds) => unchanged(must, before, seconds),
    user: none('users but one'),
  }
}

/** The sandbox of the program under test: as it is shipped where that was built, else from its sources. */
function clientFile(): string {
  const program = process.env['TOUR_TEST_PROGRAM']
  return program === undefined || program === ''
    ? join(import.meta.dirname, '../../../sandbox/client.ts')
    : join(program, '../../sandbox/client.js')
}
