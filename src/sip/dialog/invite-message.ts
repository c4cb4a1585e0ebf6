import type { CallDigest } from '../digest/call-digest.ts'
import { formatAddress } from '../message/address.ts'
import { Headers } from '../message/headers.ts'
import { newCallId, newTag } from '../message/identifiers.ts'
import type { SipRequest } from '../message/message.ts'
import { formatQ850 } from '../message/reason-header.ts'
import { splitOutside } from '../message/token.ts'
import { formatUri } from '../message/uri.ts'
import { targetUri } from '../target-uri.ts'
import type { Remote } from '../transport/transport.ts'
import type { HangUpCause, InviteRequest } from '../user-agent.types.ts'
import type { CallTools } from './call-tools.ts'
import { type HeaderPair, offeringHeaders, sdpHeader } from './dialog-headers.ts'
import type { SessionTimer } from './session-timer.ts'

/** What stays the same when an INVITE is sent again with credentials (RFC 3261 §22.2). */
export interface InviteIdentity {
  callId: string
  localTag: string
  uri: string
  from: string
  to: string
  invite: InviteRequest
}

/** Chooses Call-ID and tag, and writes the URIs. @param localHost where this end can be reached */
export function inviteIdentity(invite: InviteRequest, localHost: string): InviteIdentity {
  const { target, from, to } = invite
  const localTag = newTag()
  const uri = formatUri(targetUri(target))
  const fromUri = formatUri({ scheme: 'sip', user: from.user, host: from.host ?? localHost, params: new Map() })
  const toHost = (target.domain ?? target).host.toLowerCase()
  const toUri = formatUri({ scheme: 'sip', user: to.user, host: toHost, params: new Map() })
  return {
    callId: newCallId(invite.callIdPrefix, localHost),
    localTag,
    uri,
    from: formatAddress({
      ...(from.displayName !== undefined && { displayName: from.displayName }),
      uri: fromUri,
      params: new Map([['tag', localTag]]),
    }),
    to: formatAddress({ uri: toUri, params: new Map() }),
    invite,
  }
}

/** What an INVITE carries beyond what stays the same. */
export interface InviteParts {
  seq: number
  digest: CallDigest | undefined
  session: SessionTimer
}

/** The INVITE with that number (RFC 3261 §13.2.1). @throws {IllegalHeader} for a line break in a header of the owner */
export function writeInvite(
  identity: InviteIdentity,
  tools: CallTools,
  remote: Remote,
  { seq, digest, session }: InviteParts,
): SipRequest {
  const { uri, from, to, callId, invite } = identity
  const headers = Headers.of([
    ['max-forwards', '70'],
    ...(invite.routes ?? []).map((route): HeaderPair => ['route', route]),
    ['from', from],
    ['to', to],
    ['call-id', callId],
    ['cseq', `${seq} INVITE`],
    ...offeringHeaders(tools, remote),
    ...extensionHeaders(invite, session),
    ...session.inviteHeaders(),
    ...(digest?.headersFor('INVITE', uri) ?? []),
    ...(invite.headers ?? []),
    ...sdpHeader(invite.offer),
  ])
  return { kind: 'request', method: 'INVITE', uri, headers, body: invite.offer }
}

/** What is spoken here, and what the far end has to speak (RFC 3262 §4, RFC 4028 §7.1). */
function extensionHeaders({ reliableProvisional = 'supported' }: InviteRequest, session: SessionTimer): HeaderPair[] {
  const spoken = [...(reliableProvisional === 'off' ? [] : ['100rel']), ...(session.isOff ? [] : ['timer'])]
  return [
    ...(spoken.length === 0 ? [] : [['supported', spoken.join(', ')] as const]),
    ...(reliableProvisional === 'required' ? [['require', '100rel'] as const] : []),
  ]
}

/** The CANCEL of an INVITE (RFC 3261 §9.1); its Via is put on when it is sent. */
export function cancelOf(invite: SipRequest, cause: HangUpCause | undefined): SipRequest {
  const headers = new Headers().add('max-forwards', '70')
  for (const route of invite.headers.all('route').flatMap((line) => splitOutside(line, ',')))
    headers.add('route', route)
  for (const name of ['from', 'to', 'call-id']) headers.add(name, invite.headers.first(name) ?? '')
  headers.add('cseq', (invite.headers.first('cseq') ?? '').replace('INVITE', 'CANCEL'))
  if (cause !== undefined) headers.add('reason', formatQ850({ cause: cause.q850, text: cause.text }))
  return { kind: 'request', method: 'CANCEL', uri: invite.uri, headers, body: '' }
}
