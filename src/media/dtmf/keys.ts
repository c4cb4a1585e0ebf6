/** The sixteen keys in the order of their event codes (RFC 4733 §3.2): a key's code is its place. */
export const keys = '0123456789*#ABCD'

/** Low and high frequency of a key (ITU-T Q.23), hertz. */
export const keyTones: Readonly<Record<string, readonly [lowHz: number, highHz: number]>> = {
  1: [697, 1209],
  2: [697, 1336],
  3: [697, 1477],
  A: [697, 1633],
  4: [770, 1209],
  5: [770, 1336],
  6: [770, 1477],
  B: [770, 1633],
  7: [852, 1209],
  8: [852, 1336],
  9: [852, 1477],
  C: [852, 1633],
  '*': [941, 1209],
  0: [941, 1336],
  '#': [941, 1477],
  D: [941, 1633],
}

/** How long a key is held and how long the line rests before the next: ITU-T Q.24 asks for 40 ms each at least. */
export const keyPress = { holdFrames: 5, restFrames: 5 } as const

/** The keys of a text; small letters count. @throws {RangeError} naming the first character that is no key */
export function readKeys(text: string): string[] {
  return [...text].map((character) => {
    const key = character.toUpperCase()
    if (!keys.includes(key)) throw new RangeError(`'${character}' is no key: 0-9, A-D, * and # are`)
    return key
  })
}
