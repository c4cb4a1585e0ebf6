import { createSocket } from 'node:dgram'
import { on, once } from 'node:events'
import { expect, test } from 'vitest'
import { systemClock } from '../../src/lib/clock.ts'
import type { Log } from '../../src/lib/log.ts'
import { rfc4475 } from '../../src/sip/torture/rfc4475.ts'
import { rfc5118 } from '../../src/sip/torture/rfc5118.ts'
import { type TortureRow, tortureBytes } from '../../src/sip/torture/torture-message.ts'
import { startUserAgent } from '../../src/sip/user-agent.ts'

/** A user agent on a real socket, what it sends, and a socket that tortures it. */
async function overUdp() {
  const failures: unknown[] = []
  const log: Log = { debug() {}, info() {}, warn() {}, error: (fields) => void failures.push(fields) }
  const sent: string[] = []
  const agent = await startUserAgent({
    listen: [{ transport: 'udp', host: '127.0.0.1', port: 0 }],
    product: 'Yuyin',
    clock: systemClock,
    log,
    onMessage: ({ direction, summary }) => void (direction === 'sent' && sent.push(summary.slice(0, 3))),
  })
  agent.on('call', (call) => call.reject(603))
  const port = agent.listening[0]?.port ?? 0
  const socket = createSocket('udp4')
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  /** A question that is answered after everything that was sent before it. */
  const isAlive = async (name: string) => {
    const lines = [
      'OPTIONS sip:127.0.0.1 SIP/2.0',
      `Via: SIP/2.0/UDP 127.0.0.1;rport;branch=z9hG4bKalive-${name}`,
      'From: <sip:a@127.0.0.1>;tag=1',
      'To: <sip:127.0.0.1>',
      `Call-ID: alive-${name}`,
      'CSeq: 1 OPTIONS',
    ]
    socket.send([...lines, '', ''].join('\r\n'), port, '127.0.0.1')
    for await (const [answer] of on(socket, 'message')) {
      if (String(answer).includes(`Call-ID: alive-${name}`)) return String(answer).startsWith('SIP/2.0 200')
    }
    return false
  }
  const close = async () => {
    socket.close()
    await agent.close()
  }
  return { socket, port, sent, failures, isAlive, close }
}

/** The first answers that a row promises. */
function promised({ agent }: TortureRow): string[] {
  if (agent === 'drop') return []
  return agent === 'call' ? ['100', '603'] : [String(agent.status)]
}

type Tortured = Awaited<ReturnType<typeof overUdp>>

async function expectPromised({ socket, port, sent, isAlive }: Tortured, rfc: string, row: TortureRow): Promise<void> {
  sent.length = 0
  socket.send(tortureBytes(rfc, row.name), port, '127.0.0.1')
  expect(await isAlive(row.name), row.name).toBe(true)
  // Refusals of earlier INVITEs come again until their ACK: the row's own answers are among the ones before the 200.
  const own = sent.slice(0, -1).filter((one) => promised(row).includes(one))
  expect([...new Set(own)], row.name).toEqual(promised(row))
}

test('one user agent on a real socket answers every message of RFC 4475 as the table says, and serves on', async () => {
  const tortured = await overUdp()
  try {
    for (const row of rfc4475) await expectPromised(tortured, 'rfc4475', row)
    expect(tortured.failures).toEqual([])
  } finally {
    await tortured.close()
  }
})

// Each has a user agent of its own: several share Via, Call-ID and CSeq, and would be taken for copies of each other.
test.each(rfc5118)('$name of RFC 5118 is answered on a real socket as the table says', async (row) => {
  const tortured = await overUdp()
  try {
    await expectPromised(tortured, 'rfc5118', row)
    expect(tortured.failures).toEqual([])
  } finally {
    await tortured.close()
  }
})
