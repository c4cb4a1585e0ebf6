import { parseUri } from '../message/uri.ts'
import type { Remote } from '../transport/transport.ts'

/**
 * Where a request to a URI is sent: its `maddr` or host, its port or 5060, its `transport`. Without a transport parameter the
 * one that already works is kept. (No SRV lookup: trunks are given by host and port.)
 *
 * @param seen where the far end was last seen; taken as it is when the URI is no SIP URI
 * @returns `undefined` for a transport that this stack does not speak
 */
export function remoteOf(uriText: string, seen: Remote): Remote | undefined {
  const uri = parseUri(uriText)
  if (uri === undefined) return { transport: seen.transport, host: seen.host, port: seen.port }
  const transport = uri.params.get('transport')?.toLowerCase() ?? seen.transport
  if (uri.scheme === 'sips' || (transport !== 'udp' && transport !== 'tcp')) return undefined
  return { transport, host: uri.params.get('maddr') ?? uri.host, port: uri.port ?? 5060 }
}
