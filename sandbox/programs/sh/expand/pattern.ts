// Shell patterns: *, ?, [...] and \ before what is meant literally. Matching remembers only the last star, so that it takes at most length x length.

type Token = { readonly literal: string } | 'any' | 'star' | { readonly set: (char: string) => boolean }

/** Compiled once, matched often. */
export type Pattern = readonly Token[]

/** So that it stands for itself in a pattern. */
export const quoted = (text: string) => text.replaceAll(/[\\*?[\]!^-]/g, (char) => `\\${char}`)

export const unquoted = (pattern: string) => pattern.replaceAll(/\\([\s\S])/g, '$1')

/** Whether it could match anything but itself. */
export const isPattern = (pattern: string) => /[*?[]/.test(pattern.replaceAll(/\\[\s\S]/g, ''))

export function compile(pattern: string): Pattern {
  const chars = [...pattern]
  const tokens: Token[] = []
  for (let at = 0; at < chars.length; at += 1) {
    const char = chars[at] ?? ''
    if (char === '*') {
      if (tokens.at(-1) !== 'star') tokens.push('star')
    } else if (char === '?') tokens.push('any')
    else if (char === '[') {
      const found = bracket(chars, at)
      tokens.push(found === undefined ? { literal: char } : { set: found.set })
      at = found?.end ?? at
    } else if (char === '\\' && at + 1 < chars.length) tokens.push({ literal: chars[(at += 1)] ?? '' })
    else tokens.push({ literal: char })
  }
  return tokens
}

const classes: Readonly<Record<string, RegExp>> = {
  alpha: /^\p{L}$/u,
  digit: /^[0-9]$/,
  alnum: /^[\p{L}0-9]$/u,
  upper: /^\p{Lu}$/u,
  lower: /^\p{Ll}$/u,
  space: /^[ \t\n\v\f\r]$/,
  blank: /^[ \t]$/,
  punct: /^[!-/:-@[-`{-~]$/,
  xdigit: /^[0-9A-Fa-f]$/,
  print: /^[^\p{Cc}]$/u,
  graph: /^[^\p{Cc} ]$/u,
  cntrl: /^\p{Cc}$/u,
}

function bracket(chars: readonly string[], start: number): { set: (char: string) => boolean; end: number } | undefined {
  let at = start + 1
  const negated = chars[at] === '!' || chars[at] === '^'
  if (negated) at += 1
  const tests: ((char: string) => boolean)[] = []
  for (let first = true; ; first = false) {
    if (at >= chars.length) return undefined
    if (chars[at] === ']' && !first) break
    const name =
      chars[at] === '[' && chars[at + 1] === ':'
        ? chars
            .slice(at + 2)
            .join('')
            .split(':]', 1)[0]
        : undefined
    const named = name === undefined ? undefined : classes[name]
    if (named !== undefined && name !== undefined) {
      tests.push((char) => named.test(char))
      at += name.length + 4
      continue
    }
    const low = takeChar()
    if (chars[at] === '-' && chars[at + 1] !== ']' && at + 1 < chars.length) {
      at += 1
      const high = takeChar()
      tests.push((char) => char >= low && char <= high)
    } else tests.push((char) => char === low)
  }
  return { set: (char) => tests.some((test) => test(char)) !== negated, end: at }

  function takeChar(): string {
    if (chars[at] === '\\' && at + 1 < chars.length) at += 1
    return chars[at++] ?? ''
  }
}

function fits(token: Token | undefined, char: string): boolean {
  if (token === undefined || token === 'star') return false
  if (token === 'any') return true
  return 'literal' in token ? token.literal === char : token.set(char)
}

/** The whole of `text`. */
export function matches(pattern: Pattern, text: string | readonly string[]): boolean {
  const chars = typeof text === 'string' ? [...text] : text
  let token = 0
  let at = 0
  let star = -1
  let resume = 0
  while (at < chars.length) {
    if (fits(pattern[token], chars[at] ?? '')) {
      token += 1
      at += 1
    } else if (pattern[token] === 'star') {
      star = token
      token += 1
      resume = at
    } else if (star >= 0) {
      token = star + 1
      at = resume += 1
    } else return false
  }
  while (pattern[token] === 'star') token += 1
  return token === pattern.length
}

/** All lengths of prefixes of `chars` that match: the states advance together, so that this too is length x length. */
export function prefixes(pattern: Pattern, chars: readonly string[]): number[] {
  const lengths: number[] = []
  let states = new Map([[0, 0]])
  for (let length = 0; ; length += 1) {
    skipStars(pattern, states)
    if (states.has(pattern.length)) lengths.push(length)
    const char = chars[length]
    if (char === undefined || states.size === 0) return lengths
    states = advanced(pattern, states, char)
  }
}

/** The leftmost match from `from` on, and of those the longest. Every state knows the leftmost start that leads to it. */
export function search(
  pattern: Pattern,
  chars: readonly string[],
  from: number,
): { start: number; end: number } | undefined {
  let states = new Map<number, number>()
  let best: { start: number; end: number } | undefined
  for (let at = from; ; at += 1) {
    if (best === undefined && !states.has(0)) states.set(0, at)
    skipStars(pattern, states)
    const start = states.get(pattern.length)
    if (start !== undefined && start <= (best?.start ?? start)) best = { start, end: at }
    const char = chars[at]
    if (char === undefined) return best
    if (best !== undefined) for (const [state, began] of states) if (began > best.start) states.delete(state)
    states = advanced(pattern, states, char)
    if (best !== undefined && states.size === 0) return best
  }
}

type States = Map<number, number>

function skipStars(pattern: Pattern, states: States): void {
  for (const [state, start] of states) if (pattern[state] === 'star') reach(states, state + 1, start)
}

function advanced(pattern: Pattern, states: States, char: string): States {
  const next: States = new Map()
  for (const [state, start] of states) {
    if (pattern[state] === 'star') reach(next, state, start)
    else if (fits(pattern[state], char)) reach(next, state + 1, start)
  }
  return next
}

function reach(states: States, state: number, start: number): void {
  const known = states.get(state)
  if (known === undefined || start < known) states.set(state, start)
}

export const reversed = (pattern: Pattern): Pattern => pattern.toReversed()
