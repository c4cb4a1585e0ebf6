const cookieName = 'yuyin_admin'

/**
 * The session's cookie: out of reach of scripts, sent to `/admin` only, and never from another site (RFC 6265bis §5.4.7).
 *
 * @param isSecure whether the request came over TLS: then the cookie never travels without
 */
export function cookieOf(token: string, isSecure: boolean): string {
  return `${cookieName}=${token}; Path=/admin; HttpOnly; SameSite=Strict${isSecure ? '; Secure' : ''}`
}

/** Takes the cookie away. */
export function endedCookie(isSecure: boolean): string {
  return `${cookieOf('', isSecure)}; Max-Age=0`
}

/** The session's token in a `Cookie` header. */
export function readSessionCookie(header: string | undefined): string | undefined {
  const [, token] = /(?:^|;\s*)yuyin_admin=([\w-]{43})(?:;|$)/.exec(header ?? '') ?? []
  return token
}
