import { createSocket } from 'node:dgram'
import { connect } from 'node:net'
import { systemClock } from '../../lib/clock.ts'
import { hasCode } from '../../lib/error-code.ts'
import type { Log } from '../../lib/log.ts'
import { withPatience } from '../../lib/patience.ts'
import { startUserAgent } from '../user-agent.ts'
import type { SipMessageEvent, SipTransportName } from '../user-agent.types.ts'

/** What a user agent did when it got some bytes. */
export interface Suffering {
  /** The first answer that is not a 100, as `481 Call/Transaction Does Not Exist`; `undefined` for none. */
  answer: string | undefined
  /** Whether it was offered to the owner as a call, who refuses it with 603. */
  isCall: boolean
  /** What went wrong inside; empty, or there is a bug. */
  failures: string[]
}

/** How long a stream is given to be closed or answered, milliseconds. */
const streamPatienceMs = 200

/**
 * Sends bytes as they are to a user agent of their own on loopback.
 *
 * @param transport over `udp` the bytes are one datagram, over `tcp` all that the stream ever brings
 */
export async function putToTorture(
  bytes: Buffer,
  transport: Extract<SipTransportName, 'udp' | 'tcp'>,
): Promise<Suffering> {
  const failures: string[] = []
  const sent: string[] = []
  const log: Log = { debug() {}, info() {}, warn() {}, error: (_, text) => void failures.push(text ?? 'failed') }
  let probed = () => {}
  const onMessage = ({ direction, summary, callId }: SipMessageEvent) => {
    if (callId === probeCallId) probed()
    else if (direction === 'sent') sent.push(summary)
  }
  const listen = [{ transport, host: '127.0.0.1', port: 0 }]
  const agent = await startUserAgent({ listen, product: 'Yuyin', clock: systemClock, log, onMessage })
  let isCall = false
  agent.on('call', (call) => {
    isCall = true
    call.reject(603)
  })
  const port = agent.listening[0]?.port ?? 0
  try {
    if (transport === 'udp')
      await sendDatagram(bytes, port, (done) => {
        probed = done
      })
    else await sendStream(bytes, port)
  } finally {
    await agent.close()
  }
  return { answer: sent.find((summary) => !summary.startsWith('100')), isCall, failures }
}

const probeCallId = 'probe'

/** A question behind the message: datagrams of one sender to one receiver on loopback keep their order. */
const probe = [
  'OPTIONS sip:127.0.0.1 SIP/2.0',
  'Via: SIP/2.0/UDP 127.0.0.1;rport;branch=z9hG4bKprobe',
  'From: <sip:probe@127.0.0.1>;tag=1',
  'To: <sip:127.0.0.1>',
  `Call-ID: ${probeCallId}`,
  'CSeq: 1 OPTIONS',
  '',
  '',
].join('\r\n')

async function sendDatagram(bytes: Buffer, port: number, onProbed: (done: () => void) => void): Promise<void> {
  const socket = createSocket('udp4')
  try {
    const answered = new Promise<void>((resolve) => onProbed(resolve))
    socket.send(bytes, port, '127.0.0.1')
    socket.send(probe, port, '127.0.0.1')
    await answered
  } finally {
    socket.close()
  }
}

async function sendStream(bytes: Buffer, port: number): Promise<void> {
  const socket = connect({ host: '127.0.0.1', port })
  const closed = new Promise<void>((resolve, reject) => {
    socket.on('close', () => resolve())
    socket.on('error', (error) => {
      // A stream that cannot be cut into messages is closed before all of it was read.
      if (!hasCode(error, 'ECONNRESET', 'EPIPE')) reject(error)
    })
  })
  socket.resume()
  socket.end(bytes)
  await withPatience(systemClock, streamPatienceMs, closed)
  socket.destroy()
}
