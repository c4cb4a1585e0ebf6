import { withoutKeys } from '../sdp/crypto.ts'

/**
 * A SIP message as it may be kept and shown: the values of credential headers (RFC 3261 §20.6, 20.7, 20.27, 20.28, 20.44)
 * and the keys of session descriptions (RFC 4568) are blanked, folded ones too. Everything else stays as it was.
 */
export function withoutSecrets(message: string): string {
  const blanked = message.replace(
    /^((?:proxy-)?(?:authorization|authentication-info)|(?:www|proxy)-authenticate)[ \t]*:.*(?:\r?\n[ \t].*)*/gim,
    (_, name: string) => `${name}: (left out)`,
  )
  return withoutKeys(blanked)
}
