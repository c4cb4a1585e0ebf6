import { hostname } from 'node:os'
import type { Config } from './config.ts'

/** Where customers find the node, as far as it knows. */
export interface PublicUrl {
  /** `https://voice.example.com`, without a slash at the end. */
  readonly url: string
  /** How it is known. `guess`: from addresses and the name of this machine, which may lead nowhere for others. */
  readonly origin: 'setting' | 'guess'
}

/** Where a client on this machine reaches a port, whatever addresses it is bound to: `http://127.0.0.1:8080`. */
export function localUrl(scheme: 'http' | 'https', host: string, port: number): string {
  const reachable = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host
  return `${scheme}://${reachable.includes(':') ? `[${reachable}]` : reachable}:${port}`
}

/**
 * The address that URLs for customers begin with: the setting `publicUrl`, else what the node knows of itself.
 *
 * @param doors where clients on this machine reach it; without them: where they will, by the settings
 */
export function publicUrlOf(
  config: Pick<Config, 'publicUrl' | 'advertisedHost' | 'httpHost' | 'httpPort' | 'httpsPort' | 'tls'>,
  doors: { readonly http: string; readonly https?: string | undefined } = {
    http: localUrl('http', config.httpHost, config.httpPort),
    https: localUrl('https', config.httpHost, config.httpsPort),
  },
): PublicUrl {
  if (config.publicUrl !== '') return { url: config.publicUrl, origin: 'setting' }
  // Nobody outside trusts a certificate of our own making.
  const door = new URL(config.tls === 'given' && doors.https !== undefined ? doors.https : doors.http)
  const isEverywhere = config.httpHost === '0.0.0.0' || config.httpHost === '::'
  if (isEverywhere) {
    const host = config.advertisedHost || hostname()
    door.hostname = host.includes(':') ? `[${host}]` : host
  }
  return { url: door.origin, origin: 'guess' }
}
