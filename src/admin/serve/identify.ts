import { readSessionCookie } from '../access/session-cookie.ts'
import { resumeSession } from '../access/sessions.ts'
import { csrfTokenOf, hashToken, isSameToken, readAdminKey } from '../access/tokens.ts'
import { AdminError } from '../errors.ts'
import type { Principal } from '../roles.ts'
import type { AdminServices } from '../route.ts'
import type { AdminRequest } from './request.ts'

export interface Identity {
  readonly principal: Principal
  /** Of a person's session. */
  readonly sessionToken: string | undefined
}

/** Who sends a request. An admin key goes before a cookie. @throws {AdminError} unauthenticated, sessionEnded */
export async function identify({ headers }: AdminRequest, services: AdminServices): Promise<Identity> {
  if (headers['authorization'] !== undefined) {
    return { principal: await ofKey(headers['authorization'], services), sessionToken: undefined }
  }
  const token = readSessionCookie(headers['cookie'])
  if (token === undefined) throw new AdminError('unauthenticated')
  const session = await resumeSession(services.access.sessions, services.clock, token)
  if (session === undefined) throw new AdminError('sessionEnded')
  return { principal: { kind: 'person', id: session.name, role: session.role }, sessionToken: token }
}

async function ofKey(authorization: string, { access, clock }: AdminServices): Promise<Principal> {
  const [, text = ''] = /^Bearer +(\S+)$/i.exec(authorization) ?? []
  const given = readAdminKey(text)
  if (given === undefined) throw new AdminError('unauthenticated')
  const [key, hash] = await Promise.all([access.keys.find(given.keyId), access.keys.hash(given.keyId)])
  if (key === undefined || hash === undefined || !isSameToken(given.secret, hash)) {
    throw new AdminError('unauthenticated')
  }
  if (key.expiresAt !== undefined && clock.now() >= key.expiresAt) {
    throw new AdminError('unauthenticated', { message: 'The admin key has expired.' })
  }
  const bound = key.accountId === undefined ? {} : { accountId: key.accountId }
  return { kind: 'key', id: key.keyId, role: key.role, ...bound }
}

/** A request with a session that changes something proves that it comes from a page of ours. @throws {AdminError} csrf */
export function demandCsrf({ method, headers }: AdminRequest, sessionToken: string | undefined): void {
  if (sessionToken === undefined || method === 'GET') return
  const given = headers['x-csrf-token'] ?? ''
  if (!isSameToken(given, hashToken(csrfTokenOf(sessionToken)))) throw new AdminError('csrf')
}
