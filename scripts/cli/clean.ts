import type { World } from './world.ts'
export const clean = (_: unknown, __: World): number => 2
