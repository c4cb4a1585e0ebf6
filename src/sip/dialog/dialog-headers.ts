import { formatHostPort } from '../message/host-port.ts'
import { allowedMethods } from '../message/methods.ts'
import { spokenExtensions } from '../message/option-tags.ts'
import type { Remote } from '../transport/transport.ts'
import { acceptedTypes, type CallTools } from './call-tools.ts'

export type HeaderPair = readonly [name: string, value: string]

/** What this user agent can do, for OPTIONS (RFC 3261 §11.2). */
export const capabilities: readonly HeaderPair[] = [
  ['allow', allowedMethods],
  ['accept', acceptedTypes],
  ['supported', spokenExtensions.join(', ')],
]

/** Where the far end finds this end for the rest of the call (RFC 3261 §8.1.1.8). */
export function contactHeader(tools: CallTools, remote: Remote): HeaderPair[] {
  const local = tools.localFor(remote)
  if (local === undefined) return []
  return [
    ['contact', `<sip:${formatHostPort(local)}${local.transport === 'udp' ? '' : `;transport=${local.transport}`}>`],
  ]
}

/** Headers of a request that makes, or moves, a dialog. */
export function offeringHeaders(tools: CallTools, remote: Remote): HeaderPair[] {
  return [...contactHeader(tools, remote), ['allow', allowedMethods], ['user-agent', tools.product]]
}

/** Headers of a response that makes, or moves, a dialog. */
export function acceptingHeaders(tools: CallTools, remote: Remote): HeaderPair[] {
  return [...contactHeader(tools, remote), ['allow', allowedMethods], ['supported', spokenExtensions.join(', ')]]
}

/** The header that goes with a session description, none without one. */
export function sdpHeader(description: string | undefined): HeaderPair[] {
  return description === undefined || description === '' ? [] : [['content-type', 'application/sdp']]
}
