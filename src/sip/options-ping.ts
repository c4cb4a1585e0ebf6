import { acceptedTypes, type CallTools } from './dialog/call-tools.ts'
import { contactHeader } from './dialog/dialog-headers.ts'
import { formatAddress } from './message/address.ts'
import { Headers } from './message/headers.ts'
import { newCallId, newTag } from './message/identifiers.ts'
import { formatUri } from './message/uri.ts'
import type { SipTarget } from './sip-target.ts'
import { targetUri } from './target-uri.ts'
import { remoteOfTarget } from './transport/transport.ts'

/**
 * Asks a far end what it can do (RFC 3261 §11): whether it is there at all.
 *
 * @returns its final status; 408 when nothing came in time, 503 when the request could not be sent
 */
export function pingOptions(tools: CallTools, target: SipTarget): Promise<{ status: number; reason: string }> {
  const remote = remoteOfTarget(target)
  const localHost = tools.localFor(remote)?.host ?? 'invalid.invalid'
  const uri = formatUri(targetUri(target))
  const from = formatUri({ scheme: 'sip', host: localHost, params: new Map() })
  const headers = Headers.of([
    ['max-forwards', '70'],
    ['from', formatAddress({ uri: from, params: new Map([['tag', newTag()]]) })],
    ['to', formatAddress({ uri, params: new Map() })],
    ['call-id', newCallId(undefined, localHost)],
    ['cseq', '1 OPTIONS'],
    ...contactHeader(tools, remote),
    ['accept', acceptedTypes],
    ['user-agent', tools.product],
  ])
  return new Promise((resolve) => {
    const request = { kind: 'request', method: 'OPTIONS', uri, headers, body: '' } as const
    tools.transactions.send(request, remote, {
      response({ message: { status, reason } }) {
        if (status >= 200) resolve({ status, reason })
      },
      timeout: () => resolve({ status: 408, reason: 'Request Timeout' }),
      transportError: (reason) => resolve({ status: 503, reason }),
    })
  })
}
