import type { SipRequest } from '../message/message.ts'
import { splitOutside } from '../message/token.ts'
import { formatVia, type Via } from '../message/via.ts'
import { defaultPort } from '../sip-target.ts'
import type { Remote } from './transport.ts'

/**
 * Notes in the topmost Via where a request really came from (RFC 3261 §18.2.1, RFC 3581 §4): answers repeat it, so the sender
 * learns its address as seen from outside.
 */
export function noteSource(request: SipRequest, via: Via, source: Remote): void {
  const wantsPort = via.params.get('rport') === ''
  if (!wantsPort && via.host === source.host) return
  via.params.set('received', source.host)
  if (wantsPort) via.params.set('rport', String(source.port))
  const [, ...others] = splitOutside(request.headers.first('via') ?? '', ',')
  request.headers.set('via', [formatVia(via), ...others].join(', '))
}

/** Where the answers to a request go (RFC 3261 §18.2.2, RFC 3581 §4). */
export function responseRemote(via: Via, source: Remote): Remote {
  if (source.transport === 'udp' && via.params.has('rport')) return source
  // Over TCP the connection of the request is tried first; without it this is where the sender listens.
  return { ...source, port: via.port ?? defaultPort(source.transport) }
}
