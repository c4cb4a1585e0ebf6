import { formatHostPort, parseHostPort } from './host-port.ts'
import { formatParams, type Params, parseParams } from './params.ts'

/** One hop of a Via header (RFC 3261 §20.42). */
export interface Via {
  /** Upper case: `UDP`, `TCP`, `TLS`. */
  transport: string
  /** `sent-by` host, lower case, IPv6 without brackets. */
  host: string
  port?: number
  params: Params
}

const pattern = /^SIP\s*\/\s*2\.0\s*\/\s*([A-Za-z0-9\-.!%*_+`'~]+)\s+([^;]+)(;.*)?$/i

/** Reads one Via value (not a comma-separated list); `undefined` when it is none. */
export function parseVia(text: string): Via | undefined {
  const match = pattern.exec(text)
  if (match === null) return undefined
  const [, transport = '', sentBy = '', params = ''] = match
  const hostPort = parseHostPort(sentBy.trim())
  return hostPort && { transport: transport.toUpperCase(), ...hostPort, params: parseParams(params) }
}

/** Writes one Via value. */
export function formatVia(via: Via): string {
  return `SIP/2.0/${via.transport} ${formatHostPort(via)}${formatParams(via.params)}`
}
