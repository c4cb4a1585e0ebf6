import { isTemporaryKeyId } from '../../domain/account/temporary-key.ts'
import { GatewayError, missing } from '../../operations/gateway-errors.ts'
import type { Directory, TemporaryKeys } from '../../operations/ports.ts'
import type { BearerClaim, SignedClaim } from './claims.ts'

/** What a claim is judged by, and whom it makes the sender. */
export interface Credential {
  /** Names the credential in the memory of nonces and in the store: an AccessKeyId, or `bearer.` and the token's id. */
  readonly id: string
  readonly accountId: string
  readonly userName?: string
  /** What only the rightful sender is told. @throws {GatewayError} */
  checkValidity(nowMs: number): void
}

/** A credential that signs. */
export interface SigningCredential extends Credential {
  readonly secret: string
}

/**
 * The key that must have signed: a temporary one when its token says so, else a permanent one.
 *
 * @throws {GatewayError} when there is none, or it may not sign
 */
export async function findKey(
  { accessKeyId, securityToken }: SignedClaim,
  directory: Directory,
  temporaryKeys: TemporaryKeys,
): Promise<SigningCredential> {
  if (isTemporaryKeyId(accessKeyId)) return temporaryKey(accessKeyId, securityToken, temporaryKeys)
  const key = accessKeyPattern.test(accessKeyId) ? await directory.accessKey(accessKeyId) : undefined
  if (key === undefined) throw new GatewayError('InvalidAccessKeyId.NotFound')
  if (!key.enabled) throw new GatewayError('InvalidAccessKeyId.Inactive')
  return {
    ...holderOf(key),
    id: accessKeyId,
    secret: key.secret,
    checkValidity() {
      if (securityToken !== '') throw new GatewayError('InvalidSecurityToken.MismatchWithAccessKey')
    },
  }
}

/** Ids that can exist here; the directory is not asked for anything else. */
const accessKeyPattern = /^[\w.-]{1,128}$/

function temporaryKey(accessKeyId: string, securityToken: string, temporaryKeys: TemporaryKeys): SigningCredential {
  if (securityToken === '') throw missing('SecurityToken')
  const key = temporaryKeys.openKey(securityToken)
  if (key === undefined) throw new GatewayError('InvalidSecurityToken.Malformed')
  if (key.accessKeyId !== accessKeyId) throw new GatewayError('InvalidSecurityToken.MismatchWithAccessKey')
  return {
    ...holderOf(key),
    id: accessKeyId,
    secret: key.secret,
    checkValidity(nowMs) {
      if (nowMs >= key.expiresAt) throw new GatewayError('InvalidSecurityToken.Expired')
    },
  }
}

/** What a bearer token grants. @throws {GatewayError} when it is none of ours */
export function findBearer({ token }: BearerClaim, temporaryKeys: TemporaryKeys): Credential {
  if (token === '') throw missing('BearerToken')
  const grant = temporaryKeys.openBearer(token)
  if (grant === undefined) throw new GatewayError('InvalidBearerToken.Malformed')
  return {
    ...holderOf(grant),
    id: `bearer.${grant.tokenId}`,
    checkValidity(nowMs) {
      if (nowMs >= grant.expiresAt) throw new GatewayError('InvalidBearerToken.Expired')
    },
  }
}

function holderOf({ accountId, userName }: { accountId: string; userName?: string }) {
  return userName === undefined ? { accountId } : { accountId, userName }
}
