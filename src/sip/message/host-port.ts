import { isIPv6 } from 'node:net'

/** A host and an optional port as they stand in URIs and Via headers. IPv6 addresses come without brackets. */
export interface HostPort {
  host: string
  port?: number
}

const pattern = /^(?:\[([0-9A-Fa-f:.%]+)\]|([A-Za-z0-9\-._]+))(?:\s*:\s*(\d{1,5}))?$/

/** Reads `host`, `host:port`, `[ipv6]`, `[ipv6]:port`. Names come back in lower case. */
export function parseHostPort(text: string): HostPort | undefined {
  const match = pattern.exec(text)
  const host = match?.[1] ?? match?.[2]
  if (host === undefined) return undefined
  const isBracketed = match?.[1] !== undefined
  const name = (isBracketed ? withoutThirdColon(host) : host).toLowerCase()
  if (isBracketed && !isIPv6(name)) return undefined
  if (match?.[3] === undefined) return { host: name }
  const port = Number(match[3])
  return port > 65535 ? undefined : { host: name, port }
}

/** RFC 5118 §4.10: the grammar of RFC 3261 allows a colon too many before an embedded IPv4 address, and some send it. */
function withoutThirdColon(address: string): string {
  return address.replace(/:::(?=[\d.]+$)/, '::')
}

/** The other way: brackets around IPv6 addresses. */
export function formatHostPort({ host, port }: HostPort): string {
  const shown = host.includes(':') ? `[${host}]` : host
  return port === undefined ? shown : `${shown}:${port}`
}
