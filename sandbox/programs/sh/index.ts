// BusyBox's ash, and as much of Debian's sh and bash as their images' users see of them.
import type { Program } from '../../node/process.ts'
import { Jobs } from './jobs.ts'
import { Evaluator } from './run/evaluator.ts'
import { finished } from './run/fork.ts'
import { type Flavour, Shell } from './shell.ts'
import { start } from './start.ts'

export function shell(flavour: Flavour): Program {
  return (process) => {
    const self = new Shell(process, flavour, new Jobs())
    const evaluator = new Evaluator()
    return finished(self, evaluator, () => start(self, evaluator, process))
  }
}

export const sh = shell('ash')
