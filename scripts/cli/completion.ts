import { exit } from '../cluster/problem.ts'
import type { World } from './world.ts'

// `kubectl tour <TAB>` needs none of these: kubectl asks kubectl_complete-tour by itself. They are for kubectl-tour typed directly.
const scripts: Readonly<Record<string, string>> = {
  bash: `_kubectl_tour() {
  local line word
  COMPREPLY=()
  while IFS= read -r line; do
    case "$line" in :*) continue ;; esac
    word="\${line%%$'\\t'*}"
    COMPREPLY+=("$word")
  done < <(kubectl_complete-tour "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -o default -F _kubectl_tour kubectl-tour
`,
  zsh: `#compdef kubectl-tour
_kubectl_tour() {
  local line
  local -a found
  while IFS= read -r line; do
    case "$line" in :*) continue ;; esac
    found+=("\${\${line//:/\\\\:}/$'\\t'/:}")
  done < <(kubectl_complete-tour "\${(@)words[2,CURRENT]}" 2>/dev/null)
  _describe 'kubectl tour' found
}
compdef _kubectl_tour kubectl-tour
`,
  fish: `complete -c kubectl-tour -f -a '(kubectl_complete-tour (commandline -opc)[2..-1] (commandline -ct) 2>/dev/null | string match -v ":*")'
`,
}

/** `kubectl tour completion SHELL`. */
export function completion({ shell }: { readonly shell: string }, { stdout }: World): number {
  stdout.write(scripts[shell] ?? '')
  return exit.done
}
