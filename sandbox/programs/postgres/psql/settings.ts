// \pset, and the commands that stand for it: src/bin/psql/command.c, do_pset.
import type { Session } from './session.ts'
import type { Format } from './table.ts'

export const isOn = (word: string | undefined, now: boolean) =>
  word === undefined ? !now : !/^(off|0|false|no)$/i.test(word)

const onOff = (value: boolean) => (value ? 'on' : 'off')
const formats = ['aligned', 'unaligned', 'csv'] as const

class WrongValue extends Error {}

interface Setting {
  /** Throws where a value is wrong. */
  readonly set: (format: Format, value: string | undefined) => unknown
  readonly shown: (format: Format) => string
  readonly told: (format: Format) => string
}

const settings: Readonly<Record<string, Setting>> = {
  border: {
    set: (format, value) =>
      void (format.border = value === undefined ? format.border : Math.min(2, Number(value) || 0)),
    shown: ({ border }) => String(border),
    told: ({ border }) => `Border style is ${border}.`,
  },
  expanded: {
    set: (format, value) => {
      if (value !== undefined && !/^(on|off|auto|true|false|yes|no|0|1)$/i.test(value))
        throw new WrongValue(`unrecognized value "${value}" for "expanded"\nAvailable values are: on, off, auto.`)
      format.expanded = value === 'auto' ? 'auto' : onOff(isOn(value, format.expanded !== 'off'))
    },
    shown: ({ expanded }) => expanded,
    told: ({ expanded }) => `Expanded display is ${expanded === 'auto' ? 'used automatically' : expanded}.`,
  },
  fieldsep: {
    set: (format, value) => (format.fieldsep = value ?? format.fieldsep),
    shown: ({ fieldsep }) => `'${fieldsep}'`,
    told: ({ fieldsep }) => `Field separator is "${fieldsep}".`,
  },
  footer: {
    set: (format, value) => (format.footer = isOn(value, format.footer)),
    shown: ({ footer }) => onOff(footer),
    told: ({ footer }) => `Default footer is ${onOff(footer)}.`,
  },
  format: {
    set: (format, value) => {
      const known = formats.find((each) => value !== undefined && each.startsWith(value))
      if (value !== undefined && known === undefined)
        throw new WrongValue(`\\pset: allowed formats are ${formats.join(', ')}`)
      format.format = known ?? format.format
    },
    shown: ({ format }) => format,
    told: ({ format }) => `Output format is ${format}.`,
  },
  null: {
    set: (format, value) => (format.null = value ?? format.null),
    shown: (format) => `'${format.null}'`,
    told: (format) => `Null display is "${format.null}".`,
  },
  title: {
    set: (format, value) => (format.title = value ?? ''),
    shown: ({ title }) => title,
    told: ({ title }) => (title === '' ? 'Title is unset.' : `Title is "${title}".`),
  },
  tuples_only: {
    set: (format, value) => (format.tuples_only = isOn(value, format.tuples_only)),
    shown: (format) => onOff(format.tuples_only),
    told: (format) => `Tuples only is ${onOff(format.tuples_only)}.`,
  },
  // There is none.
  pager: { set: () => {}, shown: () => '0', told: () => 'Pager usage is off.' },
}

export async function pset(session: Session, name?: string, value?: string): Promise<boolean> {
  const { format } = session
  if (name === undefined) {
    for (const [each, { shown }] of Object.entries(settings).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      await session.out(`${each.padEnd(24)} ${shown(format)}\n`)
    return true
  }
  const setting = Object.hasOwn(settings, name) ? settings[name] : undefined
  if (setting === undefined) return session.fail(`\\pset: unknown option: ${name}`)
  try {
    setting.set(format, value)
    // These two return before they tell of it, where they are given a value.
    if (value === undefined || !/^(footer|tuples_only)$/.test(name)) await session.tell(setting.told(format))
    return true
  } catch (error) {
    if (error instanceof WrongValue) return session.fail(error.message)
    throw error
  }
}
