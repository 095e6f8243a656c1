import { heldToRecordings } from '../sandbox/parity/held.ts'
import { cluster } from './support/cluster.ts'

heldToRecordings('the real cluster does what was recorded:', cluster)
