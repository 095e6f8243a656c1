import type { V1EnvVarSource } from '@kubernetes/client-node'
import type { Lookup } from '../contracts.ts'
import type { Pod, Wire } from '../kubernetes.ts'
import { expand } from './expansion.ts'
import { CannotStart } from './failures.ts'
import { fieldOf, resourceOf } from './fields.ts'
import { kindOf, missing, type Source, valuesOf } from './lookup.ts'
import { serviceEnv } from './service-env.ts'
import type { Container } from './state.ts'

type EnvSource = Wire<V1EnvVarSource>

const refused = (why: string) => new CannotStart('CreateContainerConfigError', why)

/** A container's own variables, services first for what refers to them: pkg/kubelet/kubelet_pods.go, makeEnvironmentVariables. */
export function envOf(store: Lookup, pod: Pod, container: Container, ip: string): ReadonlyMap<string, string> {
  const namespace = pod.metadata.namespace ?? ''
  const values = new Map<string, string>()

  for (const { prefix = '', configMapRef, secretRef } of container.envFrom ?? []) {
    const [source, reference] = configMapRef ? (['configmap', configMapRef] as const) : (['secret', secretRef] as const)
    const { name = '', optional } = reference ?? {}
    const found = valuesOf(store, source, namespace, name)
    if (found === undefined && optional !== true) throw refused(missing(source, name))
    for (const [key, value] of found ?? []) values.set(prefix + key, text(value))
  }

  const services = serviceEnv(store, namespace, pod.spec?.enableServiceLinks !== false)
  for (const { name, value, valueFrom } of container.env ?? []) {
    const given = valueFrom
      ? referred(store, pod, container, ip, valueFrom)
      : expand(value ?? '', new Map([...services, ...values]))
    if (given !== undefined) values.set(name, given)
  }
  return new Map([...values, ...[...services].filter(([name]) => !values.has(name))])
}

/** undefined: an optional one that is not there. */
function referred(store: Lookup, pod: Pod, container: Container, ip: string, from: EnvSource): string | undefined {
  if (from.fieldRef) return fieldOf(pod, ip, from.fieldRef)
  if (from.resourceFieldRef) return resourceOf(pod, container, from.resourceFieldRef)
  const source: Source = from.configMapKeyRef ? 'configmap' : 'secret'
  const { name = '', key, optional } = from.configMapKeyRef ?? from.secretKeyRef ?? { key: '' }
  const namespace = pod.metadata.namespace ?? ''
  const object = valuesOf(store, source, namespace, name)
  const value = object?.get(key)
  if (value !== undefined) return text(value)
  if (optional === true) return undefined
  if (object === undefined) throw refused(missing(source, name))
  throw refused(`couldn't find key ${key} in ${kindOf(source)} ${namespace}/${name}`)
}

const text = (value: Uint8Array) => Buffer.from(value).toString()
