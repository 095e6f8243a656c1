import { sandboxCluster } from '../../on-cluster/support/sandbox.ts'
import { heldToRecordings } from './held.ts'

heldToRecordings('the sandbox does what the real cluster did:', sandboxCluster)
