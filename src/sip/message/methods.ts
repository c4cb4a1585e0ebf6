/** Methods this user agent serves, for Allow (RFC 3261 §20.5). */
export const allowedMethods = 'INVITE, ACK, CANCEL, BYE, OPTIONS, INFO, UPDATE'

const served = new Set(allowedMethods.split(', '))

/** Methods of other RFCs: known, but not for a user agent that only makes calls. */
const foreign = new Set(['REGISTER', 'SUBSCRIBE', 'NOTIFY', 'PUBLISH', 'MESSAGE', 'REFER', 'PRACK'])

/** How a method stands here: `served`, known from some RFC but `foreign`, or `unknown`. Case counts (RFC 3261 §7.1). */
export function methodStanding(method: string): 'served' | 'foreign' | 'unknown' {
  if (served.has(method)) return 'served'
  return foreign.has(method) ? 'foreign' : 'unknown'
}
