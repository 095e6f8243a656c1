/** Whether a server's address never leaves this machine. */
export function isLoopback(server: string): boolean {
  const host = URL.canParse(server) ? new URL(server).hostname : ''
  // 0.0.0.0 is what k3d writes, and leads to this machine.
  return /^(127(\.\d+){3}|0\.0\.0\.0|\[::1\]|localhost)$/i.test(host)
}

/** The tour's own sandbox, by what its server says of itself; on this machine, since anybody's server may say anything. */
export const isSandbox = ({ server, serverVersion }: { readonly server: string; readonly serverVersion: string }) =>
  serverVersion.endsWith('+sandbox') && isLoopback(server)
