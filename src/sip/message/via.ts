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

const pattern = /^SIP\s*\/\s*(\d+\.\d+)\s*\/\s*([A-Za-z0-9\-.!%*_+`'~]+)\s+([^;]+)(;[\s\S]*)?$/i

/** Reads one Via value (not a comma-separated list); `undefined` when it is none. */
export function parseVia(text: string): Via | undefined {
  const read = parseAnyVia(text)
  return read?.version === '2.0' ? read.via : undefined
}

/** `parseVia` for any version of SIP: whoever speaks another one can be told so (RFC 3261 §21.5.7). */
export function parseAnyVia(text: string): { version: string; via: Via } | undefined {
  const match = pattern.exec(text)
  if (match === null) return undefined
  const [, version = '', transport = '', sentBy = '', params = ''] = match
  const hostPort = parseHostPort(sentBy.trim())
  return hostPort && { version, via: { transport: transport.toUpperCase(), ...hostPort, params: parseParams(params) } }
}

/** Writes one Via value. */
export function formatVia(via: Via): string {
  return `SIP/2.0/${via.transport} ${formatHostPort(via)}${formatParams(via.params)}`
}
