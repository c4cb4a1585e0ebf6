/**
 * sipp scenarios from a few words: each function gives one step of the XML that sipp reads. The callee (`uas`) repeats its
 * 200 until the ACK; bodies are G.711 offers or answers.
 */

const head = '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE scenario SYSTEM "sipp.dtd">\n'

const contact = 'Contact: <sip:[local_ip]:[local_port];transport=[transport]>'

interface Body {
  readonly type: string
  readonly text: string
}

const sdp: Body = {
  type: 'application/sdp',
  text: [
    'v=0',
    'o=sipp 53655765 2353687637 IN IP[local_ip_type] [local_ip]',
    's=-',
    'c=IN IP[local_ip_type] [local_ip]',
    't=0 0',
    'm=audio 6000 RTP/AVP 8',
    'a=rtpmap:8 PCMA/8000',
  ].join('\n'),
}

/** A whole scenario. */
export function scenario(...steps: string[]): string {
  const text = steps.join('\n')
  // sipp refuses a variable that is set and never used, unless it is named here.
  const named = (pattern: RegExp) => [...text.matchAll(pattern)].map(([, name = '']) => name)
  const used = new Set([...named(/\[\$(\w+)\]/g), ...named(/test="(\w+)"/g)])
  const unused = [...new Set(named(/assign_to="(\w+)"/g))].filter((name) => !used.has(name))
  const checked = unused.length === 0 ? '' : `<Reference variables="${unused.join(',')}"/>\n`
  return `${head}<scenario name="yuyin">\n${text}\n${checked}</scenario>\n`
}

/** Waits for a request, and keeps its Contact and routes for requests of its own (`rrs`). `inside`: actions on it. */
export function receive(method: string, inside = ''): string {
  return `<recv request="${method}" rrs="true">${inside}</recv>`
}

/** Waits for a response; an `optional` one may stay away. `inside`: actions on it. */
export function expectStatus(
  status: number,
  options: { optional?: boolean; auth?: boolean; makesDialog?: boolean; inside?: string } = {},
): string {
  const { optional, auth, makesDialog, inside = '' } = options
  const flags = `${optional ? ' optional="true"' : ''}${auth ? ' auth="true"' : ''}${makesDialog ? ' rrs="true"' : ''}`
  return `<recv response="${status}"${flags}>${inside}</recv>`
}

/** What an answer may have besides its status; `untilAck`: it is repeated until the ACK. */
interface AnswerMore {
  headers?: string[]
  withSdp?: boolean
  untilAck?: boolean
}

/** Answers the request that came last. */
export function respond(status: string, more: AnswerMore = {}): string {
  const to = '[last_To:];tag=[pid]SIPpTag[call_number]'
  return answer(status, ['[last_Via:]', '[last_From:]', to, '[last_Call-ID:]', '[last_CSeq:]'], more)
}

/** Answers a request whose To has its tag already: BYE, ACK, CANCEL, or a later one with SDP. */
export function respondInDialog(status: string, more: AnswerMore = {}): string {
  return answer(status, ['[last_Via:]', '[last_From:]', '[last_To:]', '[last_Call-ID:]', '[last_CSeq:]'], more)
}

/** Answers the INVITE of `rememberParties`, whatever came since. `tag`: as another phone that rings, a fork. */
export function respondToInvite(status: string, more: AnswerMore & { tag?: string } = {}): string {
  const to = more.tag === undefined ? 'To:[$to]' : `To:[$toplain];tag=${more.tag}`
  return answer(status, ['Via:[$via]', 'From:[$from]', to, '[last_Call-ID:]', 'CSeq:[$cseq]'], more)
}

function answer(status: string, dialog: readonly string[], more: AnswerMore): string {
  return send([`SIP/2.0 ${status}`, ...dialog, contact, ...(more.headers ?? [])], {
    ...(more.withSdp && { body: sdp }),
    untilAnswered: more.untilAck === true,
  })
}

/** The callee sends a request in the dialog of `rememberParties`. */
export function calleeRequest(
  method: string,
  cseq: number,
  more: { headers?: string[]; withSdp?: boolean; body?: Body } = {},
): string {
  const lines = [
    `${method} [next_url] SIP/2.0`,
    'Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]',
    ...['From:[$to]', 'To:[$from]', '[last_Call-ID:]'],
    `CSeq: ${cseq} ${method}`,
    contact,
    'Max-Forwards: 70',
    ...(more.headers ?? []),
  ]
  const body = more.withSdp ? sdp : more.body
  return send(lines, { ...(body && { body }), untilAnswered: method !== 'ACK' })
}

/** The callee hangs up. */
export function calleeBye(): string {
  return calleeRequest('BYE', 1, { headers: ['Reason: Q.850;cause=16;text="done"'] })
}

/** The callee presses a key and tells it by INFO, in the dialog of `rememberParties`. */
export function calleeInfo(cseq: number, type: string, text: string): string {
  return calleeRequest('INFO', cseq, { body: { type, text } })
}

/** Keeps what later answers and requests of the callee repeat from an INVITE. */
export const rememberParties = [
  '<action>',
  '<ereg regexp=".*" search_in="hdr" header="Via:" assign_to="via"/>',
  '<ereg regexp=".*" search_in="hdr" header="CSeq:" assign_to="cseq"/>',
  '<ereg regexp=".*" search_in="hdr" header="From:" assign_to="from"/>',
  '<ereg regexp=".*" search_in="hdr" header="To:" assign_to="toplain"/>',
  '<assignstr assign_to="to" value="[$toplain];tag=[pid]SIPpTag[call_number]"/>',
  '</action>',
].join('')

/** Several actions on one message. */
export function together(...actions: string[]): string {
  return `<action>${actions.join('').replaceAll(/<\/?action>/g, '')}</action>`
}

/** Keeps the number of a header, for `[$name]`. */
export function rememberNumber(name: string, header: string): string {
  return `<action><ereg regexp="[0-9]+" search_in="hdr" header="${header}:" check_it="true" assign_to="${name}"/></action>`
}

/** Fails the call unless a header of the request matches. */
export function requireHeader(name: string, pattern: string): string {
  return `<action><ereg regexp="${pattern}" search_in="hdr" header="${name}:" check_it="true" assign_to="found"/></action>`
}

/** Checks the digest of the request; `authorized` tells a later step. */
export function verifyDigest(username: string, password: string): string {
  return `<action><verifyauth assign_to="authorized" username="${username}" password="${password}"/></action>`
}

/** The caller sends a request; `branchOf`: it shares branch and URI of the request so many steps before (CANCEL, ACK of a refusal). */
export function request(
  method: string,
  cseq: number,
  more: { inDialog?: boolean; headers?: string[]; withSdp?: boolean; branchOf?: number } = {},
): string {
  const branch = more.branchOf === undefined ? '[branch]' : `[branch-${more.branchOf}]`
  const lines = [
    `${method} ${more.inDialog && more.branchOf === undefined ? '[next_url]' : 'sip:[service]@[remote_ip]:[remote_port]'} SIP/2.0`,
    `Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=${branch}`,
    'From: "sipp" <sip:sipp@[local_ip]:[local_port]>;tag=[pid]SIPpTag[call_number]',
    `To: <sip:[service]@[remote_ip]:[remote_port]>${more.inDialog ? '[peer_tag_param]' : ''}`,
    'Call-ID: [call_id]',
    `CSeq: ${cseq} ${method}`,
    'Contact: <sip:sipp@[local_ip]:[local_port];transport=[transport]>',
    'Max-Forwards: 70',
    ...(more.headers ?? []),
  ]
  return send(lines, { ...(more.withSdp && { body: sdp }), untilAnswered: method !== 'ACK' })
}

/** Lets time pass. */
export function pause(ms: number): string {
  return `<pause milliseconds="${ms}"/>`
}

/** `untilAnswered`: sipp sends it again until something comes back. */
function send(lines: readonly string[], { body, untilAnswered }: { body?: Body; untilAnswered: boolean }): string {
  const rest =
    body === undefined ? ['Content-Length: 0'] : [`Content-Type: ${body.type}`, 'Content-Length: [len]', '', body.text]
  const text = [...lines, ...rest].join('\n')
  return `<send${untilAnswered ? ' retrans="500"' : ''}><![CDATA[\n${text}\n\n]]></send>`
}
