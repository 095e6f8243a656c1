import * as assert from 'uvu/assert'
import { readPullFailure, shortName } from '../../../scripts/cluster/diagnosis/registry.ts'
import { tests } from '../../support/tests.ts'

// What cannot be recorded here: Docker Hub itself, newer containerd, CRI-O and Docker. Wordings from public issues.
const table: readonly (readonly [severity: string, cause: string, image: string, message: string])[] = [
  [
    'doubtful',
    'the rate limit of Docker Hub is reached, and busybox:1.36 has to wait',
    'busybox:1.36',
    'rpc error: code = Unknown desc = failed to pull and unpack image "docker.io/library/busybox:1.36": failed to copy: httpReadSeeker: failed open: unexpected status code https://registry-1.docker.io/v2/library/busybox/manifests/sha256:50aa4698fa6262977cff89181b2664b99d8a56dbca847bf62f2ef04854597cf8: 429 Too Many Requests - Server message: toomanyrequests: You have reached your pull rate limit. You may increase the limit by authenticating and upgrading: https://www.docker.com/increase-rate-limit',
  ],
  [
    'doubtful',
    'the rate limit of Docker Hub is reached, and nginx:1.25 has to wait',
    'nginx:1.25',
    'initializing source docker://nginx:1.25: reading manifest 1.25 in docker.io/library/nginx: toomanyrequests: You have reached your unauthenticated pull rate limit. https://www.docker.com/increase-rate-limit',
  ],
  [
    'doubtful',
    'the node does not trust the certificate of the registry registry.k8s.io',
    'registry.k8s.io/pause:3.10',
    'failed to pull and unpack image "registry.k8s.io/pause:3.10": failed to resolve reference "registry.k8s.io/pause:3.10": failed to do request: Head "https://registry.k8s.io/v2/pause/manifests/3.10": tls: failed to verify certificate: x509: certificate signed by unknown authority',
  ],
  [
    'doubtful',
    'the node finds no address for Docker Hub',
    'nginx:1.25',
    'failed to resolve reference "docker.io/library/nginx:1.25": failed to do request: Head "https://registry-1.docker.io/v2/library/nginx/manifests/1.25": dial tcp: lookup registry-1.docker.io on 10.0.0.2:53: read udp 10.0.0.5:40121->10.0.0.2:53: i/o timeout',
  ],
  [
    'doubtful',
    'the node finds no address for Docker Hub',
    'nginx:1.25',
    'Error response from daemon: Get "https://registry-1.docker.io/v2/": dial tcp: lookup registry-1.docker.io: Temporary failure in name resolution',
  ],
  [
    'doubtful',
    'Docker Hub does not answer the node in time',
    'nginx:1.25',
    'failed to do request: Head "https://registry-1.docker.io/v2/library/nginx/manifests/1.25": dial tcp 3.94.224.37:443: i/o timeout',
  ],
  [
    'doubtful',
    'the node cannot connect to the registry mirror.example:5000',
    'mirror.example:5000/nginx:1.25',
    'failed to do request: Head "https://mirror.example:5000/v2/nginx/manifests/1.25": dial tcp 10.1.2.3:5000: connect: no route to host',
  ],
  [
    'doubtful',
    'Docker Hub does not give out nosuch/nosuch:1: it is not there, or needs a login',
    'nosuch/nosuch:1',
    'failed to resolve reference "docker.io/nosuch/nosuch:1": pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed',
  ],
  [
    'doubtful',
    'the registry ghcr.io wants a login before it gives out ghcr.io/acme/web:1',
    'ghcr.io/acme/web:1',
    'initializing source docker://ghcr.io/acme/web:1: reading manifest 1 in ghcr.io/acme/web: unauthorized: authentication required',
  ],
  [
    'doubtful',
    "the node's disk has no room for nginx:1.25",
    'nginx:1.25',
    'failed to extract layer sha256:0123: write /var/lib/containerd/tmp: no space left on device: unknown',
  ],
  [
    'final',
    'the registry has no image nginx:nosuch',
    'nginx:nosuch',
    'initializing source docker://nginx:nosuch: reading manifest nosuch in docker.io/library/nginx: manifest unknown',
  ],
  [
    'final',
    'the registry has no image nginx:nosuch',
    'nginx:nosuch',
    'rpc error: code = Unknown desc = Error response from daemon: manifest for nginx:nosuch not found: manifest unknown: manifest unknown',
  ],
  [
    'final',
    "the image nginx:1.25 is not made for this node's platform",
    'nginx:1.25',
    'choosing image instance: no image found in image index for architecture "riscv64", variant "", OS "linux"',
  ],
  ['doubtful', 'the image nginx:1.25 cannot be pulled', 'nginx:1.25', 'something new'],
]

tests('reading a failed pull', (test) => {
  for (const [severity, cause, image, message] of table)
    test(`${cause}: ${message.slice(-60)}`, () => {
      const read = readPullFailure(image, message)
      assert.equal([read.severity, read.cause], [severity, cause])
    })

  test('an image is called by its last part', () => {
    const names = [
      'nginx',
      'nginx:1.25',
      'nginxinc/nginx-unprivileged:1.25',
      'mirror.example:5000/busybox',
      'a/b@sha256:0f',
    ]
    assert.equal(names.map(shortName), ['nginx', 'nginx', 'nginx-unprivileged', 'busybox', 'b'])
  })
})
