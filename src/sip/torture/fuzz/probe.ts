import { parseDigest } from '../../digest/digest-fields.ts'
import { parseAddress, tagOf } from '../../message/address.ts'
import { readEnvelope } from '../../message/envelope.ts'
import { IllegalHeader } from '../../message/headers.ts'
import { parseMessage } from '../../message/parse-message.ts'
import { readQ850 } from '../../message/reason-header.ts'
import { responseTo } from '../../message/response-to.ts'
import { messageText } from '../../message/serialize-message.ts'
import { splitOutside } from '../../message/token.ts'
import { parseUri } from '../../message/uri.ts'
import { parseVia } from '../../message/via.ts'
import { refusalOf } from '../../request-rules.ts'
import { readAudio } from '../../sdp/audio.ts'
import { NoCommonAudio } from '../../sdp/audio-description.ts'

const addressHeaders = ['from', 'to', 'contact', 'route', 'record-route']
const digestHeaders = ['www-authenticate', 'proxy-authenticate', 'authorization']

/** What reading came to. */
export type Finding = 'keepAlive' | 'garbage' | 'malformed' | 'sound'

/**
 * Reads everything in a message that this stack can read, and writes the answer to a request: whatever a stranger can make
 * it do before anybody has agreed to anything.
 *
 * @throws what must never be thrown
 */
export function probe(bytes: Buffer): Finding {
  const parsed = parseMessage(bytes)
  if (parsed.kind !== 'message') return parsed.kind
  const { message, problem } = parsed
  const { headers, body } = message
  const read = readEnvelope(message)
  for (const name of addressHeaders) {
    for (const value of headers.all(name).flatMap((line) => splitOutside(line, ','))) {
      parseUri(parseAddress(value)?.uri ?? '')
      tagOf(value)
    }
  }
  for (const value of headers.all('via').flatMap((line) => splitOutside(line, ','))) parseVia(value)
  for (const value of digestHeaders.flatMap((name) => headers.all(name))) parseDigest(value)
  readQ850(headers.all('reason'))
  if (body !== '') tryDescription(body)
  if (message.kind === 'request') {
    refusalOf(message, { isMerged: false })
    messageText(responseTo(message, 200, { toTag: 't' }))
  } else tryWriting(() => messageText(message))
  return (problem ?? read.problem) === undefined ? 'sound' : 'malformed'
}

function tryDescription(body: string): void {
  try {
    readAudio(body)
  } catch (error) {
    if (!(error instanceof NoCommonAudio)) throw error
  }
}

/** A response is never passed on, so that it cannot be written is no harm; any other error is. */
function tryWriting(write: () => void): void {
  try {
    write()
  } catch (error) {
    if (!(error instanceof IllegalHeader)) throw error
  }
}
