import type { V1KeyToPath, V1ProjectedVolumeSource, V1Volume } from '@kubernetes/client-node'
import type { Lookup, VolumeFile } from '../contracts.ts'
import type { Pod, Wire } from '../kubernetes.ts'
import { CannotMount } from './failures.ts'
import { fieldOf, resourceOf } from './fields.ts'
import { missing, type Source, valuesOf } from './lookup.ts'
import { tokenFor } from './token.ts'

type Volume = Wire<V1Volume>
type Items = readonly Wire<V1KeyToPath>[] | undefined
type DownwardItems = NonNullable<NonNullable<Volume['downwardAPI']>['items']>

interface Place {
  readonly store: Lookup
  readonly pod: Pod
  readonly ip: string | undefined
  readonly now: number
  /** Of files that name no mode. */
  readonly mode: number
}

const defaultMode = 0o644

/** A volume's files where it consists of the API's objects; undefined for any other. Throws a CannotMount in the words of pkg/volume. */
export function filesOf(
  store: Lookup,
  pod: Pod,
  ip: string | undefined,
  now: number,
  volume: Volume,
): readonly VolumeFile[] | undefined {
  const { configMap, secret, downwardAPI, projected } = volume
  const at = (mode: number | undefined): Place => ({ store, pod, ip, now, mode: mode ?? defaultMode })
  const files =
    configMap !== undefined
      ? objectFiles(at(configMap.defaultMode), 'configmap', configMap.name, configMap.items, configMap.optional)
      : secret !== undefined
        ? objectFiles(at(secret.defaultMode), 'secret', secret.secretName, secret.items, secret.optional)
        : downwardAPI !== undefined
          ? downwardFiles(at(downwardAPI.defaultMode), downwardAPI.items)
          : projected !== undefined
            ? projectedFiles(at(projected.defaultMode), projected)
            : undefined
  // As SetVolumeOwnership leaves files of a read-only volume: the group may read them.
  const shared = pod.spec?.securityContext?.fsGroup === undefined ? 0 : 0o440
  return files?.map((file) => ({ ...file, mode: file.mode | shared }))
}

function objectFiles(
  { store, pod, mode }: Place,
  source: Source,
  name = '',
  items: Items,
  optional: boolean | undefined,
): readonly VolumeFile[] {
  const values = valuesOf(store, source, pod.metadata.namespace ?? '', name)
  if (values === undefined) {
    if (optional === true) return []
    throw new CannotMount(missing(source, name))
  }
  if ((items ?? []).length === 0) return [...values].map(([path, content]) => ({ path, content, mode }))
  return (items ?? []).flatMap((item): VolumeFile[] => {
    const content = values.get(item.key)
    if (content !== undefined) return [{ path: item.path, content, mode: item.mode ?? mode }]
    if (optional === true) return []
    throw new CannotMount(
      source === 'configmap'
        ? `configmap references non-existent config key: ${item.key}`
        : `references non-existent secret key: ${item.key}`,
    )
  })
}

const downwardFiles = ({ pod, ip, mode }: Place, items: DownwardItems = []): readonly VolumeFile[] =>
  items.map((item) => ({
    path: item.path,
    content: Buffer.from(
      item.fieldRef !== undefined
        ? fieldOf(pod, ip, item.fieldRef)
        : item.resourceFieldRef !== undefined
          ? resourceOf(pod, undefined, item.resourceFieldRef)
          : '',
    ),
    mode: item.mode ?? mode,
  }))

/** Later sources win where two name one path. */
function projectedFiles(place: Place, { sources = [] }: Wire<V1ProjectedVolumeSource>): readonly VolumeFile[] {
  const files = sources.flatMap(({ configMap, secret, downwardAPI, serviceAccountToken }): readonly VolumeFile[] => {
    if (configMap !== undefined)
      return objectFiles(place, 'configmap', configMap.name, configMap.items, configMap.optional)
    if (secret !== undefined) return objectFiles(place, 'secret', secret.name, secret.items, secret.optional)
    if (downwardAPI !== undefined) return downwardFiles(place, downwardAPI.items)
    if (serviceAccountToken === undefined) return []
    const { path, audience, expirationSeconds } = serviceAccountToken
    const content = Buffer.from(tokenFor(place.pod, place.now, audience, expirationSeconds))
    return [{ path, content, ...tokenOwner(place) }]
  })
  return [...new Map(files.map((file) => [file.path, file])).values()]
}

/** The one user of all containers owns it; with an fsGroup, that may read it, too: pkg/volume/projected and pkg/volume/util, FsUserFrom. */
function tokenOwner({ pod: { spec }, mode }: Place): Pick<VolumeFile, 'mode' | 'uid'> {
  const { runAsUser: shared, fsGroup } = spec?.securityContext ?? {}
  const containers = [...(spec?.initContainers ?? []), ...(spec?.containers ?? [])]
  const [uid, ...others] = new Set(containers.map(({ securityContext }) => securityContext?.runAsUser ?? shared))
  if (uid !== undefined && others.length === 0) return { mode: 0o600, uid }
  return { mode: fsGroup === undefined ? mode : 0o600 }
}
