import type { Kind, Names } from '../contracts.ts'

/** "pods", "deployments.apps" */
export const kindOf = ({ plural, group }: Pick<Names, 'plural' | 'group'>): Kind =>
  group === '' ? plural : `${plural}.${group}`

/** "v1", "apps/v1" */
export const apiVersionOf = ({ group, version }: Pick<Names, 'group' | 'version'>): string =>
  group === '' ? version : `${group}/${version}`

/** Below which its paths lie: "api/v1", "apis/apps/v1". */
export const rootOf = (names: Pick<Names, 'group' | 'version'>): string =>
  `${names.group === '' ? 'api' : 'apis'}/${apiVersionOf(names)}`
