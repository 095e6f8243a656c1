/** One word for a POSIX shell, whatever is in it; left alone where it needs no quotes. */
export const quote = (word: string) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`)
