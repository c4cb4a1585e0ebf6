import type { SipUri } from './message/uri.ts'
import type { SipTarget } from './sip-target.ts'

/**
 * The URI of a target: what goes into the Request-URI. A name that was looked up stands there instead of the address, so
 * that proxies on the way see whom it is for (RFC 3263 §4).
 */
export function targetUri({ user, host, port, transport, domain }: SipTarget): SipUri {
  const shown = domain ?? { host, port }
  return {
    scheme: 'sip',
    ...(user !== undefined && { user }),
    ...shown,
    host: shown.host.toLowerCase(),
    params: new Map(transport === 'udp' ? [] : [['transport', transport]]),
  }
}
