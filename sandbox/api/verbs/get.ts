import type { Obj } from '../../kubernetes.ts'
import { notFound } from '../../refusal.ts'
import { aboutOf } from '../../store/rules.ts'
import { type Answer, type Call, keyOf } from '../call.ts'
import type { View } from '../views.ts'

export const get = (call: Call, view: View): Answer => ({ code: 200, object: view.read(existing(call)) })

export function existing(call: Call): Obj {
  const key = keyOf(call)
  const object = call.context.store.get(key)
  if (object === undefined) throw notFound(aboutOf(key))
  return object
}
