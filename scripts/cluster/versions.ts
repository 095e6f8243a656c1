import { lastLine, runKubectl } from './kubectl.ts'
import { refused } from './problem.ts'

/** The version of a kubectl, as it tells it: v1.34.4. */
export async function versionOf(kubectl: string, env: NodeJS.ProcessEnv): Promise<string> {
  const { stdout } = await runKubectl(kubectl, ['version', '--client', '-o', 'json'], { env, limit: 15_000 })
  return (
    (parsed(stdout) as { clientVersion?: { gitVersion?: string } } | undefined)?.clientVersion?.gitVersion ?? 'unknown'
  )
}

/**
 * The version of the server: the first request of a run, and so the one in which a credential plugin may ask. Not by `kubectl version`, which
 * would warn of a skew on the terminal that it may use. Throws a Problem where no server answers.
 */
export async function serverVersionOf(
  kubectl: string,
  env: NodeJS.ProcessEnv,
  context: string,
  mayAsk: boolean,
): Promise<string> {
  const limit = mayAsk ? 120_000 : 15_000
  const printed = await runKubectl(kubectl, ['get', '--raw', '/version'], { env, limit, mayAsk })
  const version = (parsed(printed.stdout) as { gitVersion?: string } | undefined)?.gitVersion
  if (version !== undefined) return version
  const why = lastLine(printed)
  throw refused(
    `The cluster of context ${JSON.stringify(context)} does not answer${why === '' ? '' : `: ${why}`}.`,
    'try kubectl version, or choose another with --context, or play in the sandbox with --sandbox',
  )
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
