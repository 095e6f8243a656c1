import type { World } from './world.ts'
export const menu = (_: unknown, __: World): number => 2
