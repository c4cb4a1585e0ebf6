const counts = Uint8Array.from({ length: 0x1000 }, (_, value) => {
  let count = 0
  for (let rest = value; rest !== 0; rest &= rest - 1) count++
  return count
})

/** How many of the lower 24 bits are set. */
export function bitCount(bits: number): number {
  return (counts[bits & 0xfff] ?? 0) + (counts[(bits >>> 12) & 0xfff] ?? 0)
}
