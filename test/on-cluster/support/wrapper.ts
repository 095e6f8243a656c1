import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import which from 'which'
import { searchPath, temporary } from './temporary.ts'

export interface Interference {
  /** An extended regular expression, for the arguments joined by blanks. */
  readonly when: string
  /** Shell snippets, in kubectl's working directory and environment. "$REAL" is the real kubectl, "$@" its arguments. */
  readonly before?: string
  readonly instead?: string
  readonly after?: string
  /** Only for the first call that matches. */
  readonly once?: boolean
}

/**
 * An executable that stands for kubectl, and interferes with some of its calls: how a test makes a claim of a lesson false.
 * All matching rules apply: each `before`, then the first `instead` or the real kubectl, then each `after`. Its exit code
 * is kubectl's, or that of `instead`.
 */
export async function kubectlWrapper(rules: readonly Interference[], real?: string): Promise<string> {
  const folder = temporary()
  const state = join(folder, 'state')
  await mkdir(state)
  const path = join(folder, 'kubectl')
  await writeFile(path, script(rules, real ?? (await which('kubectl', { path: searchPath() })), state))
  await chmod(path, 0o755)
  return path
}

function script(rules: readonly Interference[], real: string, state: string): string {
  const matching = rules.map(
    ({ when, once }, index) => `
if printf '%s' "$joined" | grep -Eq -e ${quoted(when)}${once ? ` && mkdir ${quoted(join(state, String(index)))} 2>/dev/null` : ''}
then rule${index}=yes; else rule${index}=; fi`,
  )
  const snippets = (place: 'before' | 'after') =>
    rules
      .map((rule, index) => (rule[place] === undefined ? '' : `[ -z "$rule${index}" ] || ( ${group(rule[place])} )\n`))
      .join('')
  const instead = rules
    .flatMap(({ instead: snippet }, index) =>
      snippet === undefined ? [] : [`elif [ -n "$rule${index}" ]; then ( ${group(snippet)} )\n`],
    )
    .join('')
  // Where nothing comes after it kubectl takes this script's place, so that signals reach it.
  const after = rules.flatMap((rule, index) => (rule.after === undefined ? [] : [`$rule${index}`])).join('')
  return `#!/bin/sh
REAL=${quoted(real)}
export REAL
joined="$*"
${matching.join('')}
${snippets('before')}
if false; then :
${instead}elif [ -z "${after}" ]; then exec "$REAL" "$@"
else "$REAL" "$@"
fi
code=$?
${snippets('after')}
exit $code
`
}

const group = (snippet: string) => `\n${snippet}\n`
const quoted = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`
