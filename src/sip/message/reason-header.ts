import { parseParams } from './params.ts'
import { quoted, splitOutside, unquoted } from './token.ts'

/** A cause of ITU-T Q.850 as the Reason header carries it (RFC 3326 §2). */
export interface Q850Reason {
  /** 1 to 127. */
  cause: number
  text?: string
}

/** Finds the Q.850 value among the Reason values of a message. */
export function readQ850(reasonHeaders: readonly string[]): Q850Reason | undefined {
  for (const value of reasonHeaders.flatMap((header) => splitOutside(header, ','))) {
    const semicolon = value.indexOf(';')
    if (semicolon < 0 || value.slice(0, semicolon).trim().toUpperCase() !== 'Q.850') continue
    const params = parseParams(value.slice(semicolon))
    const cause = params.get('cause') ?? ''
    if (!/^\d{1,3}$/.test(cause)) continue
    const text = params.get('text')
    return { cause: Number(cause), ...(text !== undefined && { text: unquoted(text) }) }
  }
  return undefined
}

/** Writes a Reason value. */
export function formatQ850({ cause, text }: Q850Reason): string {
  return `Q.850;cause=${cause}${text === undefined ? '' : `;text=${quoted(text)}`}`
}
