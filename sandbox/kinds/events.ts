import type { KindFile } from '../contracts.ts'
import type { Event } from '../kubernetes.ts'
import { invalidValue } from './causes.ts'
import { defineKind } from './kind.ts'
import { age } from './time.ts'

const first = ({ firstTimestamp, eventTime }: Event) => firstTimestamp ?? eventTime
const last = (event: Event) => event.series?.lastObservedTime ?? event.lastTimestamp ?? first(event)

const sourceOf = ({ source, reportingComponent = '', reportingInstance = '' }: Event): string =>
  [source?.component || reportingComponent, source?.host || reportingInstance].filter((part) => part !== '').join(', ')

export const events: KindFile = defineKind<Event>('events', {
  cells: {
    'Last Seen': (event, now) => age(last(event), now),
    Type: ({ type = '' }) => type,
    Reason: ({ reason = '' }) => reason,
    Object: ({ involvedObject: { kind = '', name = '' } }) => `${kind.toLowerCase()}/${name}`,
    Subobject: ({ involvedObject }) => involvedObject.fieldPath ?? '',
    Source: sourceOf,
    Message: ({ message = '' }) => message.trim(),
    'First Seen': (event, now) => age(first(event), now),
    Count: ({ count = 1, series }) => series?.count ?? count,
  },
  // A kubelet's names are longer than a name may be.
  name: () => undefined,
  selectable: [
    'involvedObject.kind',
    'involvedObject.namespace',
    'involvedObject.name',
    'involvedObject.uid',
    'involvedObject.apiVersion',
    'involvedObject.resourceVersion',
    'involvedObject.fieldPath',
    'reason',
    'reportingComponent',
    'type',
  ],
  validate: ({ involvedObject: { namespace = '' }, metadata }) =>
    (namespace || 'default') !== metadata.namespace &&
    invalidValue('involvedObject.namespace', namespace, 'does not match event.namespace'),
})
