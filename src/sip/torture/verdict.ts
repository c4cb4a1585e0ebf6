import { readEnvelope } from '../message/envelope.ts'
import { parseMessage } from '../message/parse-message.ts'
import type { TortureRow } from './torture-message.ts'

/** What the parser makes of the bytes of one message, in the words of the tables. */
export function verdictOn(bytes: Buffer): TortureRow['parsed'] {
  const parsed = parseMessage(bytes)
  if (parsed.kind !== 'message') return 'garbage'
  const reason = (parsed.problem ?? readEnvelope(parsed.message).problem)?.reason
  return reason === undefined ? 'sound' : { malformed: reason }
}
