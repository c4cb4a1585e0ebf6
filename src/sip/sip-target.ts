/** How SIP travels. `tls`: SIP over TLS over TCP (RFC 3261 §26.2.1). */
export type SipTransportName = 'udp' | 'tcp' | 'tls'

/** The port of a transport when none is named (RFC 3261 §19.1.2). */
export function defaultPort(transport: SipTransportName): number {
  return transport === 'tls' ? 5061 : 5060
}

/** Reads the `transport` parameter of a URI; `undefined` for one that this stack does not speak. */
export function transportNamed(text: string): SipTransportName | undefined {
  const name = text.toLowerCase()
  return name === 'udp' || name === 'tcp' || name === 'tls' ? name : undefined
}

export interface SipListener {
  transport: SipTransportName
  host: string
  port: number
}

/** Where a request goes: host (name or address), port, transport. */
export interface SipTarget {
  /** User part, already digits or RFC 3261 escaped by the stack. */
  user?: string
  host: string
  port: number
  transport: SipTransportName
  /**
   * What was looked up to find `host` (RFC 3263): it stands in the Request-URI and in To instead of the address, and over TLS
   * the certificate must be good for it.
   */
  domain?: { host: string; port?: number }
  /** Over TLS: who is believed there, when it is not what `UserAgentOptions.tls` says. */
  trust?: TlsTrust
}

/** Who is believed at the other end of a TLS connection that this end opens (RFC 3261 §26.3.1). */
export interface TlsTrust {
  /** Certificates of the authorities that may vouch for it, PEM; those that Node.js brings when absent. */
  authorities?: string
  /** `off`: anybody who answers is believed, so that anybody on the way can listen. Told in the log. */
  verify?: 'off'
}

export interface Credentials {
  username: string
  password: string
}
