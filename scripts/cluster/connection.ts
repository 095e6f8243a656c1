/** kubectl's own connection flags, as the user gave them after `tour`. */
export interface Connection {
  readonly kubectl?: string
  readonly kubeconfig?: string
  readonly context?: string
  readonly cluster?: string
  readonly user?: string
  readonly namespace?: string
  readonly server?: string
  readonly certificateAuthority?: string
  readonly insecureSkipTlsVerify?: boolean
  readonly tlsServerName?: string
  readonly disableCompression?: boolean
  readonly token?: string
  readonly clientCertificate?: string
  readonly clientKey?: string
  readonly as?: string
  readonly asGroup?: readonly string[]
  readonly asUid?: string
  readonly requestTimeout?: string
  readonly cacheDir?: string
}

/** The flags that no kubeconfig entry can carry without holding a credential: a wrapper adds them to every kubectl. */
export function identityFlags(connection: Connection): readonly string[] {
  const flag = (name: string, value: string | undefined) => (value === undefined ? [] : [`--${name}=${value}`])
  return [
    ...flag('as', connection.as),
    ...(connection.asGroup ?? []).flatMap((group) => flag('as-group', group)),
    ...flag('as-uid', connection.asUid),
    ...flag('token', connection.token),
    ...flag('client-certificate', connection.clientCertificate),
    ...flag('client-key', connection.clientKey),
    ...flag('cache-dir', connection.cacheDir),
  ]
}

/** The connection asks for another server or TLS than its cluster entry has. */
export const namesServer = (connection: Connection) =>
  connection.server !== undefined ||
  connection.certificateAuthority !== undefined ||
  connection.insecureSkipTlsVerify !== undefined ||
  connection.tlsServerName !== undefined
