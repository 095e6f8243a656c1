import * as assert from 'uvu/assert'
import { findImage } from '../../../sandbox/programs/catalogue.ts'
import { imageFor } from '../../../sandbox/programs/images.ts'
import { tests } from '../../support/tests.ts'

const found = (reference: string) => {
  const image = findImage(reference)
  return 'failure' in image ? image.failure : image.reference
}

tests('the image catalogue', (test) => {
  test('knows an image by all its names', () => {
    for (const name of [
      'busybox:1.36',
      'docker.io/busybox:1.36',
      'docker.io/library/busybox:1.36',
      'library/busybox:1.36',
    ])
      assert.is(found(name), 'docker.io/library/busybox:1.36')
    assert.is(found('busybox'), 'docker.io/library/busybox:latest')
    assert.is(found('nginxinc/nginx-unprivileged:1.25'), 'docker.io/nginxinc/nginx-unprivileged:1.25')
    assert.is(found('registry.k8s.io/pause:3.10'), 'registry.k8s.io/pause:3.10')
  })

  test('has the tags that look like versions', () => {
    for (const tag of ['latest', '1.35', '1.36', '1.36.1', 'stable', '1.37-musl'])
      assert.match(found(`busybox:${tag}`), /^docker/)
    for (const tag of ['latest', '1.25', '1.27', '1.27.3-alpine', 'alpine', 'stable'])
      assert.match(found(`nginx:${tag}`), /^docker/)
    for (const tag of ['latest', '14', '15.4', '16', '17-alpine']) assert.match(found(`postgres:${tag}`), /^docker/)
  })

  test("refuses another tag in a registry's words", () => {
    assert.is(
      found('busybox:nosuch'),
      'rpc error: code = NotFound desc = failed to pull and unpack image "docker.io/library/busybox:nosuch": failed to resolve reference "docker.io/library/busybox:nosuch": docker.io/library/busybox:nosuch: not found',
    )
    assert.match(found('postgres:13'), 'not found')
    assert.match(found('busybox@sha256:0123'), 'docker.io/library/busybox@sha256:0123: not found')
  })

  test('says which images there are where it has none of a name', () => {
    assert.match(
      found('redis:7'),
      /docker\.io\/library\/redis:7": the sandbox has no such image; it has busybox, nginx, /,
    )
    assert.match(found('localhost:5000/busybox:1.36'), 'localhost:5000/busybox:1.36": the sandbox has no such image')
    assert.match(found('quay.io/busybox'), 'quay.io/busybox:latest')
  })

  test('containers of one image share its content', () => {
    assert.is(imageFor('busybox:1.36'), imageFor('docker.io/library/busybox:1.36'))
    assert.is(imageFor('busybox:1.36').programs, imageFor('busybox').programs)
  })
})
