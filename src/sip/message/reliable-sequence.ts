/** The RAck of a PRACK: which provisional answer (`rseq`) to which request it acknowledges (RFC 3262 §7.2). */
export interface Acknowledged {
  rseq: number
  cseq: number
  method: string
}

/** Reads an RSeq: 1 to 2^32 - 1 (RFC 3262 §7.1); `undefined` for anything else. */
export function parseRseq(text: string | undefined): number | undefined {
  return sequenceNumber(/^\d{1,10}$/.exec(text ?? '')?.[0])
}

/** Reads `776656 1 INVITE`; `undefined` when it is none. */
export function parseRack(text: string | undefined): Acknowledged | undefined {
  const [, first, second, method] = /^(\d{1,10})\s+(\d{1,10})\s+(\S+)$/.exec(text ?? '') ?? []
  const rseq = sequenceNumber(first)
  if (rseq === undefined || second === undefined || method === undefined) return undefined
  return { rseq, cseq: Number(second), method }
}

/** Writes a RAck. */
export function formatRack({ rseq, cseq, method }: Acknowledged): string {
  return `${rseq} ${cseq} ${method}`
}

function sequenceNumber(digits: string | undefined): number | undefined {
  const number = Number(digits)
  return number >= 1 && number < 2 ** 32 ? number : undefined
}
