// How a stream has ended, as a v1.Status on its last channel. Upstream: k8s.io/apiserver/pkg/util/proxy/streamtranslator.go.
import { randomBytes } from 'node:crypto'
import { StartError } from '../../contracts.ts'
import { Refusal } from '../../refusal.ts'
import type { JsonObject } from '../../schema/json.ts'
import { statusOf } from '../status.ts'

export const exited = (code: number): JsonObject =>
  code === 0
    ? { metadata: {}, status: 'Success' }
    : {
        metadata: {},
        status: 'Failure',
        message: `command terminated with non-zero exit code: exit status ${code}`,
        reason: 'NonZeroExitCode',
        details: { causes: [{ reason: 'ExitCode', message: String(code) }] },
      }

/** In runc's words, containerd's, the kubelet's, and the API server's, which has it from there and says once more what it is. */
const notStarted = (why: string): JsonObject =>
  internal(
    `Internal error occurred: error executing command in container: failed to exec in container: failed to start exec "${randomBytes(32).toString('hex')}": ` +
      `OCI runtime exec failed: exec failed: unable to start container process: ${why}`,
  )

export const failed = (error: unknown): JsonObject =>
  error instanceof StartError
    ? notStarted(error.message)
    : error instanceof Refusal
      ? statusOf(error)
      : internal(error instanceof Error ? error.message : String(error))

const internal = (why: string): JsonObject => ({
  metadata: {},
  status: 'Failure',
  message: `Internal error occurred: ${why}`,
  reason: 'InternalError',
  details: { causes: [{ message: why }] },
  code: 500,
})
