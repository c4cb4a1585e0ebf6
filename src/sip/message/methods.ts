/** Methods this user agent serves, for Allow (RFC 3261 §20.5). */
export const allowedMethods = 'INVITE, ACK, CANCEL, BYE, OPTIONS, INFO, UPDATE, PRACK'

const served = new Set(allowedMethods.split(', '))

/**
 * Methods of other RFCs: known, but not for a user agent that only makes calls. REFER among them: 405 with Allow tells the
 * far end for good that nothing is transferred here, inside a call and outside, while 603 (RFC 3515 §2.4.2) would only
 * decline this one and invite the next.
 */
const foreign = new Set(['REGISTER', 'SUBSCRIBE', 'NOTIFY', 'PUBLISH', 'MESSAGE', 'REFER'])

/** How a method stands here: `served`, known from some RFC but `foreign`, or `unknown`. Case counts (RFC 3261 §7.1). */
export function methodStanding(method: string): 'served' | 'foreign' | 'unknown' {
  if (served.has(method)) return 'served'
  return foreign.has(method) ? 'foreign' : 'unknown'
}
