import type { ContainerSpec, PodSandbox, Session } from '../../../sandbox/contracts.ts'

/** A Pod, as a kubelet opens it. */
export const pod: PodSandbox = {
  pod: 'pod',
  name: 'a',
  namespace: 'default',
  hostname: 'a',
  ip: '10.244.0.5',
  hosts: '127.0.0.1\tlocalhost\n10.244.0.5\ta\n',
  resolvConf: 'search default.svc.cluster.local\nnameserver 10.96.0.10\noptions ndots:5\n',
  shareProcessNamespace: false,
}

/** A container of it that does nothing. */
export const spec: ContainerSpec = {
  pod: 'pod',
  name: 'app',
  image: 'docker.io/library/busybox:1.36',
  argv: ['sleep', '1000'],
  env: { PATH: '/bin' },
  groups: [],
  readOnlyRoot: false,
  tty: false,
  stdin: false,
  stdinOnce: false,
  mounts: [],
}

/** All that a session printed, and its exit code. */
export async function said({ output, exit }: Session): Promise<string> {
  let text = ''
  for await (const { data } of output) text += Buffer.from(data).toString()
  return `${text}[${await exit}]`
}
