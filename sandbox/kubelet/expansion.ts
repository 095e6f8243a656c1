import { CannotStart } from './failures.ts'

/** Linux takes no longer string into a process: MAX_ARG_STRLEN. */
const longest = 131_072

/** $(NAME) becomes its value, $$ a dollar; what is not known stays: third_party/forked/golang/expansion. In linear time, and no larger than a process may have it. */
export function expand(text: string, values: ReadonlyMap<string, string>): string {
  const parts: string[] = []
  let size = 0
  let at = 0
  const add = (part: string) => {
    size += part.length
    if (size > longest) throw new CannotStart('CreateContainerError', 'argument list too long')
    parts.push(part)
  }
  const lastClosing = text.lastIndexOf(')')
  for (let dollar = text.indexOf('$'); dollar >= 0; dollar = text.indexOf('$', at)) {
    add(text.slice(at, dollar))
    at = dollar + 2
    const next = text[dollar + 1]
    if (next === '(' && dollar < lastClosing) {
      const end = text.indexOf(')', at)
      const name = text.slice(at, end)
      add(values.get(name) ?? `$(${name})`)
      at = end + 1
    } else add(next === '$' ? '$' : `$${next ?? ''}`)
  }
  add(text.slice(at))
  return parts.join('')
}
