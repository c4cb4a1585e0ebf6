/**
 * Header names in the spelling of the standards. Inside the stack a name is always the lower-case long form: `call-id`
 * for `Call-ID`, `CALL-ID`, `i` and `I`.
 */
const spellings = [
  'Accept',
  'Accept-Encoding',
  'Accept-Language',
  'Alert-Info',
  'Allow',
  'Authentication-Info',
  'Authorization',
  'Call-ID',
  'Call-Info',
  'Contact',
  'Content-Disposition',
  'Content-Encoding',
  'Content-Language',
  'Content-Length',
  'Content-Type',
  'CSeq',
  'Date',
  'Error-Info',
  'Event',
  'Expires',
  'From',
  'In-Reply-To',
  'Max-Forwards',
  'MIME-Version',
  'Min-Expires',
  'Min-SE',
  'Organization',
  'P-Asserted-Identity',
  'P-Early-Media',
  'P-Preferred-Identity',
  'Priority',
  'Privacy',
  'Proxy-Authenticate',
  'Proxy-Authorization',
  'Proxy-Require',
  'RAck',
  'Reason',
  'Record-Route',
  'Refer-To',
  'Replaces',
  'Reply-To',
  'Require',
  'Retry-After',
  'Route',
  'RSeq',
  'Server',
  'Session-Expires',
  'Subject',
  'Subscription-State',
  'Supported',
  'Timestamp',
  'To',
  'Unsupported',
  'User-Agent',
  'Via',
  'Warning',
  'WWW-Authenticate',
]

/** Compact forms: RFC 3261 §7.3.3 and table 3, RFC 3515, RFC 4028, RFC 6665. */
const compactForms: Readonly<Record<string, string>> = {
  c: 'content-type',
  e: 'content-encoding',
  f: 'from',
  i: 'call-id',
  k: 'supported',
  l: 'content-length',
  m: 'contact',
  o: 'event',
  r: 'refer-to',
  s: 'subject',
  t: 'to',
  u: 'allow-events',
  v: 'via',
  x: 'session-expires',
}

const spelt = new Map(spellings.map((name) => [name.toLowerCase(), name]))

/** Every usual spelling to its long lower-case form: the fast way through `longName`. */
const usual = new Map([
  ...spellings.flatMap((name): [string, string][] => [
    [name, name.toLowerCase()],
    [name.toLowerCase(), name.toLowerCase()],
  ]),
  ...Object.entries(compactForms).flatMap(([short, long]): [string, string][] => [
    [short, long],
    [short.toUpperCase(), long],
  ]),
])

/** The long lower-case form of a name in a usual spelling; `undefined` for any other text. */
export function usualName(name: string): string | undefined {
  return usual.get(name)
}

/** The long lower-case form of a header name in any spelling. */
export function longName(name: string): string {
  const known = usual.get(name)
  if (known !== undefined) return known
  const lower = name.toLowerCase()
  return usual.get(lower) ?? lower
}

/** How a name is written on the wire: the standard's spelling, or `X-Some-Thing` for names it does not know. */
export function spelledName(name: string): string {
  return (
    spelt.get(name) ?? name.replace(/(^|-)([a-z])/g, (_, dash: string, letter: string) => dash + letter.toUpperCase())
  )
}
