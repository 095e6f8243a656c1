export { timestamp } from '../schema/scalars.ts'
