import { parseUri } from '../message/uri.ts'
import { defaultPort, transportNamed } from '../sip-target.ts'
import type { Remote } from '../transport/transport.ts'

/**
 * Where a request to a URI is sent: its `maddr` or host, its port or the usual one, its `transport`. Without a transport
 * parameter the one that already works is kept. (No SRV lookup: trunks are given by host and port.)
 *
 * @param seen where the far end was last seen; taken as it is when the URI is no SIP URI
 * @returns `undefined` for a transport that this stack does not speak
 */
export function remoteOf(uriText: string, seen: Remote): Remote | undefined {
  const uri = parseUri(uriText)
  if (uri === undefined) return { transport: seen.transport, host: seen.host, port: seen.port }
  const transport = transportNamed(uri.params.get('transport') ?? seen.transport)
  if (uri.scheme === 'sips' || transport === undefined) return undefined
  return { transport, host: uri.params.get('maddr') ?? uri.host, port: uri.port ?? defaultPort(transport) }
}
