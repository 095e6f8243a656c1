import { randomInt } from 'node:crypto'

// apimachinery's util/rand: no vowels, so that no words come about, and nothing that looks like something else.
const letters = 'bcdfghjklmnpqrstvwxz2456789'
const longest = 63

/** What generateName becomes: the base, cut to fit, and five letters. */
export const generated = (base: string): string =>
  base.slice(0, longest - 5) + Array.from({ length: 5 }, () => letters[randomInt(letters.length)]).join('')
