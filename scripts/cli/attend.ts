import { namespaceOf } from '../cluster/ownership/hold.ts'
import type { Target } from '../cluster/target.ts'
import { Keyboard } from '../report/keyboard.ts'
import { openShell } from '../report/shell.ts'
import type { Terminal } from '../report/terminal.ts'
import { ask, Cancelled } from './ask.ts'
import type { Interrupt } from './interrupt.ts'
import type { World } from './world.ts'

interface Attended {
  readonly world: World
  readonly target: Target
  readonly interrupt: Interrupt
  readonly screen: Terminal
}

/** Somebody at the terminal, and what their keys do. */
export function keyboardFor({ world, target, interrupt, screen }: Attended, colour: boolean): Keyboard {
  return new Keyboard({
    stdin: world.stdin,
    interrupt: interrupt.interrupt,
    does: { again: screen.readAgain, manifest: screen.showManifests, help: screen.showHelp },
    showKeys: screen.showKeys,
    shell: async (lesson) => {
      const namespace = target.namespace ?? namespaceOf(lesson)
      screen.note(
        `A shell of your own, on ${target.shown.context}, namespace ${namespace}. What you make in this namespace goes with the lesson; what you make elsewhere is yours. exit brings you back.`,
      )
      interrupt.hold(true)
      await openShell(await target.place(namespace), target.folder, world.env).finally(() => interrupt.hold(false))
      screen.note('Back in the lesson.')
    },
    confirm: async (message, initial) => {
      try {
        return await ask<boolean>(world, { type: 'confirm', message, initial }, colour)
      } catch (error) {
        if (error instanceof Cancelled) interrupt.interrupt()
        return initial
      }
    },
  })
}
