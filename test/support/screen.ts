import type { Terminal } from '@xterm/headless'

/** What a terminal of this size shows. */
export const visible = (emulator: Terminal) => text(emulator, emulator.buffer.active.baseY)

/** The same, with all that has scrolled away above it. */
export const whole = (emulator: Terminal) => text(emulator, 0)

function text({ buffer }: Terminal, from: number): string {
  const lines: string[] = []
  for (let y = from; y < buffer.active.length; y++) lines.push(buffer.active.getLine(y)?.translateToString(true) ?? '')
  return lines
    .map((line) => line.trimEnd())
    .join('\n')
    .trimEnd()
}
