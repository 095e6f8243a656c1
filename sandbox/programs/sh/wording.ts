// Messages are written as ash has them; this is how the shells of Debian's images say the same.

/** Whose words a shell speaks: BusyBox's, Debian's sh, Debian's bash. */
export type Flavour = 'ash' | 'dash' | 'bash'

type Rewording = readonly [ash: RegExp, other: string]

const dash: readonly Rewording[] = [
  [/^can't cd to (.*?): .*$/, "can't cd to $1"],
  [/^can't create (.*): nonexistent directory$/, 'cannot create $1: Directory nonexistent'],
  [/^can't open '?(.*?)'?: (?:no such file|No such file or directory)$/, 'cannot open $1: No such file'],
  [/^can't (create|open) '?(.*?)'?: (.*)$/, 'cannot $1 $2: $3'],
  [
    /^syntax error: (?:unterminated quoted string|EOF in backquote substitution|missing '}?\)*')$/,
    'Syntax error: Unterminated quoted string',
  ],
  [/^syntax error: bad substitution$/, 'Bad substitution'],
  [/^syntax error: unexpected (.*?)((?: \(expecting .*\))?)$/, 'Syntax error: $1 unexpected$2'],
  [/^illegal option (.*)$/, 'Illegal option $1'],
  [/^can't kill pid .*?: (.*)$/, '$1'],
  [/^divide by zero$/, 'arithmetic expression: division by zero'],
  [/^arithmetic syntax error$/, 'arithmetic expression: expecting primary'],
  [/^(.*): bad number$/, 'Illegal number: $1'],
  [/^invalid number '(.*)'$/, '$1: expected numeric value'],
]

const bash: readonly Rewording[] = [
  [/^can't cd to (.*?): (.*)$/, '$1: $2'],
  [/^can't (?:create|open) '?(.*?)'?: (?:no such file|nonexistent directory)$/, '$1: No such file or directory'],
  [/^can't (?:create|open) '?(.*?)'?: (.*)$/, '$1: $2'],
  [/^syntax error: (?:unterminated quoted string|missing '}?\)*')$/, 'unexpected EOF while looking for matching `"\''],
  [/^syntax error: unexpected end of file.*$/, 'syntax error: unexpected end of file'],
  [/^syntax error: unexpected "(.*?)".*$/, "syntax error near unexpected token `$1'"],
  [/^syntax error: bad substitution$/, 'bad substitution'],
  [/^divide by zero$/, 'division by 0'],
  [/^arithmetic syntax error$/, 'syntax error in expression'],
  [/^[Ii]llegal option (.*)$/, '$1: invalid option'],
  [/^Illegal number: (.*)$/, '$1: numeric argument required'],
  [/^(.*): bad number$/, '$1: integer expression expected'],
  [/^(.*): (?:unknown operand|argument expected)$/, '$1: unary operator expected'],
  [/^missing ]$/, "missing `]'"],
  [/^invalid number '(.*)'$/, '$1: invalid number'],
  [/^can't kill pid (.*?): (.*)$/, '($1) - $2'],
  [/^bad signal name '(.*)'$/, '$1: invalid signal specification'],
  [/^(.*): is read only$/, '$1: readonly variable'],
  [/^(.*): bad variable name$/, "`$1': not a valid identifier"],
  [/^(.*): parameter not set$/, '$1: unbound variable'],
  [/^(.*): parameter not set or null$/, '$1: parameter null or not set'],
  [/^not in a function$/, 'can only be used in a function'],
  [/^No current job$/, 'no job control'],
]

const wordings: Readonly<Record<Flavour, readonly Rewording[]>> = { ash: [], dash, bash }

export function inWordsOf(flavour: Flavour, message: string): string {
  // Long ones hold a learner's own text, which is not for a backtracking engine.
  const found = message.length > 1000 ? undefined : wordings[flavour].find(([ash]) => ash.test(message))
  return found === undefined ? message : message.replace(found[0], found[1])
}
