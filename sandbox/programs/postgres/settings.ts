import type { Process } from '../../node/process.ts'

export interface Settings {
  readonly data: string
  readonly port: number
  /** "" for none. */
  readonly addresses: string
}

/** -D, -p, -h, -c NAME=VALUE, --NAME=VALUE; all others are accepted, and mean nothing. */
export function settingsOf({ argv, env }: Process): Settings {
  const given = new Map<string, string>()
  const set = (text: string) => {
    const [name = '', ...value] = text.split('=')
    given.set(name.replaceAll('-', '_'), value.join('=').replaceAll(/^'|'$/g, ''))
  }
  const letters: Readonly<Record<string, string>> = { D: 'data', p: 'port', h: 'listen_addresses' }
  for (let at = 1; at < argv.length; at += 1) {
    const word = argv[at] ?? ''
    const [, letter = '', rest = ''] = /^-([A-Za-z])(.*)$/s.exec(word) ?? []
    if (word.startsWith('--')) set(word.slice(2))
    else if (letter !== '') {
      const value = rest === '' ? (argv[(at += 1)] ?? '') : rest
      if (letter === 'c') set(value)
      else if (letters[letter] !== undefined) given.set(letters[letter], value)
    }
  }
  return {
    data: given.get('data') ?? env.get('PGDATA') ?? '',
    port: Number(given.get('port') ?? env.get('PGPORT') ?? 5432),
    addresses: given.get('listen_addresses') ?? '*',
  }
}
