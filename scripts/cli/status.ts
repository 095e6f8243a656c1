import type { World } from './world.ts'
export const status = (_: unknown, __: World): number => 2
