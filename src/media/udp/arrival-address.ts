import { canonicalHost } from '../../lib/canonical-host.ts'

/** The host that a packet came from, out of the words that tell of it; spelt once for as long as it stays the same. */
export class ArrivalAddress {
  /** Family and address, as the words were; signed, which is an integer that fits into its field. */
  #family = 0
  #first = 0
  #second = 0
  #third = 0
  #fourth = 0
  #host = ''

  /** @param at where the family (4 or 6) stands in `words`; the address, most significant word first, follows */
  read(words: Uint32Array, at: number): string {
    const family = words[at] ?? 0
    const [first, second, third, fourth] = [
      wordAt(words, at + 1),
      wordAt(words, at + 2),
      wordAt(words, at + 3),
      wordAt(words, at + 4),
    ]
    const isAsBefore =
      first === this.#first &&
      second === this.#second &&
      third === this.#third &&
      fourth === this.#fourth &&
      family === this.#family
    if (!isAsBefore) {
      this.#family = family
      this.#first = first
      this.#second = second
      this.#third = third
      this.#fourth = fourth
      this.#host = family === 6 ? spellIPv6([first, second, third, fourth]) : spellIPv4(first)
    }
    return this.#host
  }
}

function wordAt(words: Uint32Array, at: number): number {
  return (words[at] ?? 0) | 0
}

function spellIPv4(address: number): string {
  return [24, 16, 8, 0].map((shift) => (address >>> shift) & 0xff).join('.')
}

function spellIPv6(words: readonly number[]): string {
  const groups = words.flatMap((word) => [word >>> 16, word & 0xffff])
  return canonicalHost(groups.map((group) => group.toString(16)).join(':'))
}
