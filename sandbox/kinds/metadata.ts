import type { Metadata, Obj } from '../kubernetes.ts'
import { equal } from '../schema/json.ts'
import { atLeast, type Found, forbiddenField, immutable, required, tooLong } from './causes.ts'
import { annotationCauses, dns1035Label, dnsLabel, dnsSubdomain, labelsCauses, obeys, qualifiedName } from './names.ts'

/** What is wrong with a name. */
export type NameRule = (name: string) => string | undefined

export const subdomain: NameRule = dnsSubdomain
/** No dots: it becomes part of other names. */
export const plainLabel: NameRule = (name) => (name.includes('.') ? 'must not contain dots' : dnsLabel(name))
export const serviceName: NameRule = dns1035Label

const annotationsRoom = 256 * 1024

// k8s.io/apimachinery/pkg/api/validation/objectmeta.go
export function metadataCauses({ metadata }: Obj, old: Obj | undefined, namespaced: boolean, rule: NameRule): Found {
  const { generateName, labels, annotations = {}, finalizers = [] } = metadata
  // Go's empty name is no name in the JSON.
  const name = metadata.name ?? ''
  return [
    (generateName ?? '') !== '' && obeys('metadata.generateName', generateName ?? '', prefixOf(rule)),
    name === '' ? required('metadata.name', 'name or generateName is required') : obeys('metadata.name', name, rule),
    namespaced && (metadata.namespace ?? '') === '' && required('metadata.namespace'),
    atLeast('metadata.generation', metadata.generation, 0),
    labelsCauses('metadata.labels', labels),
    annotationCauses('metadata.annotations', annotations),
    sizeOf(annotations) > annotationsRoom && tooLong('metadata.annotations', annotationsRoom),
    finalizers.map((finalizer) => obeys('metadata.finalizers', finalizer, qualifiedName)),
    old !== undefined && changeCauses(metadata, old.metadata),
  ]
}

// A generated name goes on after a "-".
const prefixOf =
  (rule: NameRule): NameRule =>
  (name) =>
    rule(name.replace(/-$/, 'a'))

const sizeOf = (annotations: Readonly<Record<string, string>>) =>
  Object.entries(annotations).reduce((sum, [key, value]) => sum + key.length + Buffer.byteLength(value), 0)

function changeCauses(next: Metadata, old: Metadata): Found {
  const added = (next.finalizers ?? []).filter((finalizer) => !(old.finalizers ?? []).includes(finalizer))
  return [
    old.deletionTimestamp !== undefined &&
      added.length > 0 &&
      forbiddenField(
        'metadata.finalizers',
        `no new finalizers can be added if the object is being deleted, found new finalizers []string{${added.map((name) => `"${name}"`).join(', ')}}`,
      ),
    !equal(next.uid, old.uid) && immutable('metadata.uid', next.uid),
  ]
}
