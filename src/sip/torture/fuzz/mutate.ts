import { mostMessageBytes } from '../../transport/transport.ts'
import type { Dice } from './dice.ts'

/** Bytes that mean something to a parser. */
const marks = Buffer.from('\r\n\t \0";,:<>@[]()/\\=?%&*')

type LineChange = (lines: string[], dice: Dice) => string[]

/** Changes to the structure: the message stays made of lines. */
const lineChanges: readonly LineChange[] = [
  (lines, dice) => lines.filter((_, index) => index !== dice.below(lines.length)),
  (lines, dice) => insertAt(lines, dice.below(lines.length), dice.pick(lines)),
  (lines, dice) => lines.map((line) => (dice.oneIn(4) ? line.toUpperCase() : line)),
  (lines, dice) => changeOne(lines, dice, (line) => line.replace(/[;,=:]/g, (mark) => mark.repeat(1 + dice.below(3)))),
  (lines, dice) => changeOne(lines, dice, (line) => line.replace(/:.*/s, ':')),
  (lines, dice) => changeOne(lines, dice, (line) => line.replace(/ /g, () => dice.pick([' ', '\r\n ', '\t', '']))),
  (lines, dice) =>
    changeOne(lines, dice, (line) => line.replace(/\d+/, () => dice.pick(['-1', '4294967296', '9'.repeat(40), '']))),
  (lines, dice) => changeOne(lines, dice, (line) => line.replace(/["<>[\]]/, '')),
  (lines, dice) =>
    insertAt(lines, 1 + dice.below(lines.length), dice.pick([' folded', '\t', ': nameless', 'no colon', 'l: 5'])),
]

/** Changes to the bytes. */
const byteChanges: readonly ((bytes: Buffer, dice: Dice) => Buffer)[] = [
  (bytes, dice) => splice(bytes, dice.below(bytes.length), 1, Buffer.from([dice.below(256)])),
  (bytes, dice) => splice(bytes, dice.below(bytes.length), dice.below(2), Buffer.from([dice.pick([...marks])])),
  (bytes, dice) => splice(bytes, dice.below(bytes.length), dice.below(20), Buffer.alloc(0)),
  (bytes, dice) => bytes.subarray(0, dice.below(bytes.length)),
]

/** A message that is no longer quite right. */
export function mutated(lines: readonly string[], dice: Dice): Buffer {
  let changed = [...lines]
  for (let round = dice.below(3); round > 0 && changed.length > 1; round--)
    changed = dice.pick(lineChanges)(changed, dice)
  let bytes: Buffer = Buffer.from(changed.join(dice.oneIn(20) ? '\n' : '\r\n'))
  for (let round = dice.below(4); round > 0 && bytes.length > 1; round--) bytes = dice.pick(byteChanges)(bytes, dice)
  return dice.oneIn(250) && bytes.length > 1 ? swollen(bytes, dice) : bytes
}

/** A piece of the message over and over, as long as a datagram can be: finds work that grows faster than its input. */
function swollen(bytes: Buffer, dice: Dice): Buffer {
  const from = dice.below(bytes.length)
  const piece = bytes.subarray(from, from + 1 + dice.below(dice.pick([1, 3, 40])))
  const count = Math.floor((mostMessageBytes - bytes.length) / Math.max(1, piece.length))
  return splice(bytes, from, 0, Buffer.concat(Array.from({ length: Math.max(0, count) }, () => piece)))
}

function changeOne(lines: string[], dice: Dice, change: (line: string) => string): string[] {
  const chosen = dice.below(lines.length)
  return lines.map((line, index) => (index === chosen ? change(line) : line))
}

function insertAt(lines: string[], index: number, line: string): string[] {
  return [...lines.slice(0, index), line, ...lines.slice(index)]
}

function splice(bytes: Buffer, from: number, removed: number, added: Buffer): Buffer {
  return Buffer.concat([bytes.subarray(0, from), added, bytes.subarray(from + removed)])
}
