/** placeholder */
export interface TerminalDevice {
  readonly name: string
}
