import type { Dice } from './dice.ts'

const letters = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'
const tokenLetters = `${letters}-.!%*_+\`'~`
const hex = '0123456789abcdef'

/** Values of RFC 3261 §25.1, drawn at random: each function is named after its rule. */
const rules = {
  token: (dice: Dice): string => dice.text(tokenLetters, 1, 12),
  word: (dice: Dice): string => dice.text(`${tokenLetters}()<>:\\"/[]?{}`, 1, 16),
  lws: (dice: Dice): string => dice.pick([' ', ' ', ' ', '  ', '\t', '\r\n ', ' \r\n\t']),
  sep: (dice: Dice, mark: string): string => (dice.oneIn(6) ? ` ${mark} ` : mark),
  quoted: (dice: Dice): string => {
    const part = () => dice.pick([dice.text(`${letters} ,;:<>@`, 1, 8), '\\"', '\\\\', '\\\0', '好', 'é', '%20'])
    return `"${dice.many(0, 5, part).join('')}"`
  },
  ipv6: (dice: Dice): string => {
    const groups = (count: number) => Array.from({ length: count }, () => dice.text(hex, 1, 4)).join(':')
    return dice.pick([`[${groups(8)}]`, `[${groups(2)}::${groups(1)}]`, '[::1]', `[::ffff:${rules.ipv4(dice)}]`])
  },
  ipv4: (dice: Dice): string => Array.from({ length: 4 }, () => dice.below(256)).join('.'),
  host: (dice: Dice): string =>
    dice.pick([rules.ipv4, rules.ipv6, () => `${dice.text(letters, 1, 8)}.example.com`])(dice),
  hostPort: (dice: Dice): string => `${rules.host(dice)}${dice.oneIn(2) ? `:${dice.below(65536)}` : ''}`,
  param: (dice: Dice): string => {
    const value = dice.pick([rules.token, rules.quoted, rules.host])(dice)
    return `${rules.sep(dice, ';')}${rules.token(dice)}${dice.oneIn(4) ? '' : `${rules.sep(dice, '=')}${value}`}`
  },
  params: (dice: Dice): string => dice.many(0, 4, () => rules.param(dice)).join(''),
  user: (dice: Dice): string =>
    dice.many(1, 6, () => dice.pick([dice.text(letters, 1, 6), '%40', '%00', ';', '&=', '?'])).join(''),
  uri: (dice: Dice): string => {
    const user = dice.oneIn(4) ? '' : `${rules.user(dice)}${dice.oneIn(8) ? ':secret' : ''}@`
    const params = dice.many(
      0,
      3,
      () => `;${dice.pick(['lr', 'transport=tcp', 'maddr=192.0.2.1', 'x=%41', 'user=phone'])}`,
    )
    return `${dice.pick(['sip', 'sip', 'sips', 'SIP'])}:${user}${rules.hostPort(dice)}${params.join('')}`
  },
  anyUri: (dice: Dice): string => (dice.oneIn(8) ? dice.pick(['tel:+8610', 'urn:x:y', 'isbn:1']) : rules.uri(dice)),
  nameAddr: (dice: Dice): string => {
    const name = dice.pick(['', rules.quoted(dice), `${rules.token(dice)} ${rules.token(dice)} `])
    return `${name}<${rules.anyUri(dice)}>`
  },
  via: (dice: Dice): string => {
    const slash = () => rules.sep(dice, '/')
    const branch = dice.pick([`;branch=z9hG4bK${rules.token(dice)}`, ';branch=z9hG4bK', '', ';rport'])
    return `SIP${slash()}2.0${slash()}${dice.pick(['UDP', 'TCP', 'TLS', 'X'])}${rules.lws(dice)}${rules.hostPort(dice)}${branch}${rules.params(dice)}`
  },
  digest: (dice: Dice): string =>
    `Digest realm=${rules.quoted(dice)}, nonce=${rules.quoted(dice)},qop="auth,auth-int", algorithm=${rules.token(dice)}`,
  description: (dice: Dice): string =>
    [
      'v=0',
      `o=- ${dice.below(1e9)} 1 IN IP4 ${rules.ipv4(dice)}`,
      's=-',
      `c=IN IP4 ${rules.ipv4(dice)}`,
      't=0 0',
      `m=audio ${dice.below(65536)} RTP/AVP ${dice.many(1, 5, () => dice.below(128)).join(' ')}`,
      ...dice.many(
        0,
        6,
        () => `a=${dice.pick(['rtpmap:101 telephone-event/8000', 'fmtp:101 0-15', 'ptime:20', 'inactive'])}`,
      ),
      '',
    ].join('\r\n'),
}

const methods = ['INVITE', 'ACK', 'BYE', 'CANCEL', 'OPTIONS', 'REGISTER', 'INFO', 'UPDATE', 'MESSAGE', 'PRACK']

/** Lines that a message may have besides the ones it must have. */
const optionalLines: readonly ((dice: Dice) => string)[] = [
  (dice) => `Contact: ${rules.nameAddr(dice)}${rules.params(dice)}, <${rules.uri(dice)}>`,
  (dice) => `m: ${rules.nameAddr(dice)}`,
  (dice) => `Record-Route: <${rules.uri(dice)};lr>,<${rules.uri(dice)}>`,
  (dice) => `Route: ${rules.nameAddr(dice)}`,
  (dice) => `v: ${rules.via(dice)}, ${rules.via(dice)}`,
  (dice) => `Max-Forwards: ${dice.below(256)}`,
  (dice) => `Require: ${rules.token(dice)}, ${rules.token(dice)}`,
  (dice) => `Reason: Q.850;cause=${dice.below(128)};text=${rules.quoted(dice)}`,
  (dice) => `Accept: application/sdp;level=1, ${rules.token(dice)}/*`,
  (dice) => `WWW-Authenticate: ${rules.digest(dice)}`,
  (dice) => `Authorization: ${rules.digest(dice)}, username=${rules.quoted(dice)}`,
  (dice) => `Subject:${rules.lws(dice)}${rules.token(dice)}${rules.lws(dice)}${rules.token(dice)}`,
  (dice) => `X-${rules.token(dice)}: ${rules.word(dice)}`,
]

/** A message by the grammar, as lines (head, empty line, body): a request or a response that a peer may send. */
export function validLines(dice: Dice): string[] {
  const method = dice.oneIn(12) ? rules.token(dice) : dice.pick(methods)
  const body = dice.oneIn(2) ? rules.description(dice) : ''
  const head = [
    `${dice.pick(['Via', 'v', 'VIA', 'Via '])}: ${rules.via(dice)}`,
    `${dice.pick(['From', 'f'])}: ${rules.nameAddr(dice)};tag=${rules.token(dice)}${rules.params(dice)}`,
    `${dice.pick(['To', 't'])}: ${rules.nameAddr(dice)}${dice.oneIn(2) ? `;tag=${rules.token(dice)}` : ''}`,
    `${dice.pick(['Call-ID', 'i'])}: ${rules.word(dice)}@${rules.word(dice)}`,
    `CSeq: ${dice.below(2 ** 31)}${rules.lws(dice)}${method}`,
    ...optionalLines.filter(() => dice.oneIn(5)).map((line) => line(dice)),
    ...(body === '' ? [] : ['Content-Type: application/sdp']),
    `${dice.pick(['Content-Length', 'l'])}: ${Buffer.byteLength(body)}`,
  ]
  const start = dice.oneIn(4)
    ? `SIP/2.0 ${100 + dice.below(600)} ${dice.pick(['OK', '', 'Très bien', '好'])}`
    : `${method} ${rules.uri(dice)} SIP/2.0`
  return [start, ...head, '', body]
}
