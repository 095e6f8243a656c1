import type {
  CoreV1Event,
  V1ConfigMap,
  V1ControllerRevision,
  V1Deployment,
  V1EndpointSlice,
  V1Endpoints,
  V1Lease,
  V1Namespace,
  V1Node,
  V1PersistentVolume,
  V1PersistentVolumeClaim,
  V1Pod,
  V1ReplicaSet,
  V1Secret,
  V1Service,
  V1ServiceAccount,
  V1StatefulSet,
  V1StorageClass,
} from '@kubernetes/client-node'

/** An object of the API as its JSON has it. */
export interface Obj {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: Metadata
}

export interface Metadata {
  readonly name: string
  readonly namespace?: string
  readonly generateName?: string
  readonly uid: string
  readonly resourceVersion: string
  readonly generation?: number
  readonly creationTimestamp: string
  readonly deletionTimestamp?: string
  readonly deletionGracePeriodSeconds?: number
  readonly labels?: Readonly<Record<string, string>>
  readonly annotations?: Readonly<Record<string, string>>
  readonly finalizers?: readonly string[]
  readonly ownerReferences?: readonly OwnerReference[]
  readonly managedFields?: readonly unknown[]
}

export interface OwnerReference {
  readonly apiVersion: string
  readonly kind: string
  readonly name: string
  readonly uid: string
  readonly controller?: boolean
  readonly blockOwnerDeletion?: boolean
}

/** client-node's types as they travel: times are strings, and nothing is written in place. */
export type Wire<T> = T extends Date
  ? string
  : T extends readonly (infer Item)[]
    ? readonly Wire<Item>[]
    : T extends object
      ? { readonly [Field in keyof T]: Wire<T[Field]> }
      : T

type Typed<T> = Omit<Wire<T>, 'metadata' | 'apiVersion' | 'kind'> & Obj

export type ConfigMap = Typed<V1ConfigMap>
export type ControllerRevision = Typed<V1ControllerRevision>
export type Deployment = Typed<V1Deployment>
export type Endpoints = Typed<V1Endpoints>
export type EndpointSlice = Typed<V1EndpointSlice>
export type Event = Typed<CoreV1Event>
export type Lease = Typed<V1Lease>
export type Namespace = Typed<V1Namespace>
export type Node = Typed<V1Node>
export type PersistentVolume = Typed<V1PersistentVolume>
export type PersistentVolumeClaim = Typed<V1PersistentVolumeClaim>
export type Pod = Typed<V1Pod>
export type ReplicaSet = Typed<V1ReplicaSet>
export type Secret = Typed<V1Secret>
export type Service = Typed<V1Service>
export type ServiceAccount = Typed<V1ServiceAccount>
export type StatefulSet = Typed<V1StatefulSet>
export type StorageClass = Typed<V1StorageClass>
