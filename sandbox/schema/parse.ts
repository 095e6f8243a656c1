import { badRequest } from '../refusal.ts'
import type { Json } from './json.ts'

/** JSON, and the keys that it says twice: JSON.parse keeps the last of them silently, and so does Go. */
export function parse(text: string): { value: Json; duplicates: readonly string[] } {
  let value: Json
  try {
    value = JSON.parse(text) as Json
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    // As encoding/json says it.
    const at = Number(/at position (\d+)/.exec(why)?.[1])
    const said = /^(Unexpected end|Unterminated)/.test(why) || at >= text.length ? 'unexpected end of JSON input' : why
    throw badRequest(`couldn't get version/kind; json parse error: ${said}`)
  }
  return { value, duplicates: duplicatesIn(text) }
}

interface Level {
  /** Keys seen so far; undefined in a list. */
  readonly keys?: Set<string>
  readonly path: string
  /** Where the next value stands: a key, or an index. */
  at: string
  index: number
}

const tokens = /"(?:[^"\\]|\\.)*"|[{}[\],:]/g

// The text is known to be JSON: only strings and brackets matter.
function duplicatesIn(text: string): string[] {
  const found: string[] = []
  const levels: Level[] = []
  let isKey = false
  for (const [token] of text.matchAll(tokens)) {
    const level = levels.at(-1)
    if (token === '{' || token === '[') {
      const path = level === undefined ? '' : level.keys === undefined ? `${level.path}[${level.index}]` : level.at
      levels.push({ ...(token === '{' ? { keys: new Set<string>() } : {}), path, at: '', index: 0 })
      isKey = token === '{'
    } else if (token === '}' || token === ']') {
      levels.pop()
      isKey = false
    } else if (token === ',') {
      if (level !== undefined) level.index += 1
      isKey = level?.keys !== undefined
    } else if (token === ':') isKey = false
    else if (isKey && level?.keys !== undefined) {
      const key = JSON.parse(token) as string
      level.at = level.path === '' ? key : `${level.path}.${key}`
      if (level.keys.has(key)) found.push(`duplicate field "${level.at}"`)
      level.keys.add(key)
    }
  }
  return found
}
