import type { RewriteRule } from '../../domain/trunk/number-forms.ts'
import { listOf } from '../../setting.ts'
import { CommandError } from '../output.ts'

/** How a value is written on the command line. */
export interface Kind<T> {
  /** All there are, when they are few. */
  readonly choices?: readonly string[]
  /** @param what the value is for. @throws {CommandError} for what cannot be read */
  readonly read: (word: string, what: string) => T
  /** What `read` reads as this value. */
  readonly write: (value: T) => string
}

export const text: Kind<string> = { read: (word) => word, write: (value) => value }

export const whole: Kind<number> = {
  read(word) {
    if (!/^\d{1,9}$/.test(word)) throw new CommandError(`'${word}' is no whole number.`)
    return Number(word)
  },
  write: String,
}

export const flag: Kind<boolean> = {
  choices: ['on', 'off'],
  read: (word, what) => oneOf('on', 'off').read(word, what) === 'on',
  write: (value) => (value ? 'on' : 'off'),
}

export function oneOf<const Words extends readonly string[]>(...choices: Words): Kind<Words[number]> {
  return {
    choices,
    read(word, what) {
      const chosen = choices.find((one) => one === word)
      if (chosen === undefined) throw new CommandError(`${what}: '${word}' is not among ${choices.join(', ')}.`)
      return chosen
    },
    write: (value) => value,
  }
}

/** With commas between. */
export function list<T>(kind: Kind<T>): Kind<readonly T[]> {
  return {
    read: (words, what) => listOf(words).map((word) => kind.read(word, what)),
    write: (values) => values.map((value) => kind.write(value)).join(','),
  }
}

/** `+86:0,00:+` */
export const rules = list<RewriteRule>({
  read(word) {
    const [from, to, ...more] = word.split(':')
    if (from === undefined || to === undefined || more.length > 0) {
      throw new CommandError(`'${word}' is no rule. One looks like +86:0, the old beginning and the new one.`)
    }
    return { from, to }
  },
  write: ({ from, to }) => `${from}:${to}`,
})
