/** A number as the user part of an address: what has a meaning there is escaped (RFC 3261 §25.1, `escaped`). */
export function writtenUser(number: string): string {
  return encodeURIComponent(number).replaceAll('%2B', '+')
}

/** A host as it stands in an address: IPv6 in brackets (RFC 3261 §25.1, `IPv6reference`). */
export function writtenHost(host: string): string {
  return host.includes(':') ? `[${host}]` : host
}
