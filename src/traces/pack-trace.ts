import { promisify } from 'node:util'
import { deflateRaw, inflateRaw } from 'node:zlib'
import type { TraceEntry } from './trace-entry.ts'

const deflate = promisify(deflateRaw)
const inflate = promisify(inflateRaw)

/** Packs entries for the store: their JSON, deflated. SIP repeats itself: what is left is a fifth. */
export async function packTrace(entries: readonly TraceEntry[]): Promise<Buffer> {
  return await deflate(JSON.stringify(entries), { level: 1 })
}

/** No part is longer when it is unpacked: what claims to be is broken. */
const longestPart = 16 * 1024 * 1024

/** The other way round. @throws when it was not packed by `packTrace` */
export async function unpackTrace(packed: Buffer): Promise<TraceEntry[]> {
  const entries: TraceEntry[] = JSON.parse((await inflate(packed, { maxOutputLength: longestPart })).toString())
  return entries
}
