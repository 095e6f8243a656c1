import type { Obj } from '../kubernetes.ts'

const bodies = new WeakMap<object, string>()

/** An object's JSON without apiVersion and kind, as upstream writes the items of a list. Made once: objects are frozen. */
export function bodyOf(object: Obj): string {
  let body = bodies.get(object)
  if (body === undefined) {
    const { apiVersion: _, kind: __, metadata, ...rest } = object
    body = JSON.stringify({ metadata, ...rest })
    bodies.set(object, body)
  }
  return body
}

export const textOf = (object: Obj): string =>
  `{"kind":${JSON.stringify(object.kind)},"apiVersion":${JSON.stringify(object.apiVersion)},${bodyOf(object).slice(1)}`
