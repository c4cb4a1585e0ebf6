import type { SipResponse } from '../src/sip/message/message.ts'
import { callee } from './sip-callee.ts'

/**
 * A call to a callee of ours from a caller that the test plays itself, and that has heard nothing but the 100.
 *
 * @param offer of the INVITE, '' for none
 * @param more header lines of the INVITE, `Supported` in the place of the usual one
 */
export async function ringing(offer = 'their offer', more: readonly string[] = ['Supported: 100rel, timer']) {
  const { clock, network, agent, calls } = await callee()
  const far = network.peer({ transport: 'udp', host: '192.0.2.9', port: 5060 })
  const say = async (method: string, seq: number, lines: readonly string[] = [], body = '') => {
    const to = answers()
      .findLast(({ headers }) => headers.first('cseq') === '1 INVITE')
      ?.headers.first('to')
    const branch = `z9hG4bK-${method === 'CANCEL' ? 'INVITE' : method}-${seq}`
    const head = [
      `${method} sip:110@192.0.2.1 SIP/2.0`,
      `Via: SIP/2.0/UDP 192.0.2.9:5060;branch=${branch}`,
      'From: <sip:a@192.0.2.9>;tag=far',
      `To: ${method === 'CANCEL' || to === undefined ? '<sip:110@192.0.2.1>' : to}`,
      'Call-ID: ringing',
      `CSeq: ${seq} ${method}`,
      'Contact: <sip:a@192.0.2.9>',
      ...lines,
      ...(body === '' ? [] : ['Content-Type: application/sdp']),
    ]
    far.send([...head, '', body].join('\r\n'), { host: '192.0.2.1', port: 5060 })
    await clock.advance(0)
  }
  /** Everything that was answered, in order. */
  const answers = () =>
    network.flown.map(({ message }) => message).filter((message): message is SipResponse => message.kind === 'response')
  const last = (): SipResponse => {
    const found = answers().at(-1)
    if (found === undefined) throw new Error('nothing was answered')
    return found
  }
  await say('INVITE', 1, more, offer)
  const [call] = calls
  if (call === undefined) throw new Error('no call came in')
  return {
    clock,
    network,
    agent,
    call,
    say,
    last,
    /** A PRACK with that RAck. */
    prack: (seq: number, rack: string, body = '') => say('PRACK', seq, [`RAck: ${rack}`], body),
    update: (seq: number, body = '') => say('UPDATE', seq, [], body),
    statuses: () => answers().map(({ status }) => status),
  }
}
