import { lookup } from 'node:dns/promises'
import { isIP } from 'node:net'
import type { AddressRules } from './address-rules.ts'

/** An address of a receiver that may be connected to. */
export interface TargetAddress {
  readonly address: string
  readonly family: 4 | 6
}

/** Finds the addresses of a host name. */
export type Resolve = (host: string) => Promise<readonly { address: string; family: number }[]>

const systemResolve: Resolve = (host) => lookup(host, { all: true })

/** A push URL that is not used: the text says why, for the operator. */
export class TargetRefused extends Error {
  override readonly name = 'TargetRefused'
}

/**
 * Finds out where a push URL leads and refuses what a customer's URL must not reach. The caller connects to the
 * addresses that come back and to no other: a name that is looked up twice can answer differently the second time.
 *
 * @throws {TargetRefused} for another scheme than http and https, or when no address is allowed
 * @throws the resolver's error
 */
export async function pushTarget(
  url: URL,
  mayConnect: AddressRules,
  resolve: Resolve = systemResolve,
): Promise<TargetAddress[]> {
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new TargetRefused(`a push URL must begin with http:// or https://, not ${url.protocol}`)
  }
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1')
  const found = isIP(host) === 0 ? await resolve(host) : [{ address: host, family: isIP(host) }]
  const allowed = found.filter(({ address }) => mayConnect(address))
  if (allowed.length === 0) {
    throw new TargetRefused(
      'the push URL leads to an address that is not allowed (see the setting of allowed networks)',
    )
  }
  return allowed.map(({ address, family }) => ({ address, family: family === 6 ? 6 : 4 }))
}
