import type { AudioCodec } from '../media.ts'
import { g711 } from './g711.ts'

const everyByte = Uint8Array.from({ length: 0x100 }, (_, byte) => byte)

const tables: Readonly<Record<AudioCodec, Readonly<Record<AudioCodec, Uint8Array>>>> = {
  PCMA: { PCMA: everyByte, PCMU: tableBetween('PCMA', 'PCMU') },
  PCMU: { PCMA: tableBetween('PCMU', 'PCMA'), PCMU: everyByte },
}

/** Turns one law of G.711 into the other, one look-up a sample, in place. Same law: nothing is touched. */
export function transcode(payload: Uint8Array, from: AudioCodec, to: AudioCodec): void {
  if (from === to) return
  const table = tables[from][to]
  for (let i = 0; i < payload.length; i++) payload[i] = table[payload[i] ?? 0] ?? 0
}

function tableBetween(from: AudioCodec, to: AudioCodec): Uint8Array {
  return g711(to).encode(g711(from).decode(everyByte))
}
