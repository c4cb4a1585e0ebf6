import { describe, expect, test } from 'vitest'
import { FakeClock } from '../../../fakes/fake-clock.ts'
import { SipNetwork } from '../../../fakes/sip-network.ts'
import type { Log } from '../../lib/log.ts'
import type { SipMessage } from '../message/message.ts'
import { startUserAgent } from '../user-agent.ts'
import type { SipListener } from '../user-agent.types.ts'
import { rfc4475 } from './rfc4475.ts'
import { rfc5118 } from './rfc5118.ts'
import { type TortureRow, tortureBytes } from './torture-message.ts'

/** A user agent, and an end on the port that answers without `rport` go to when a Via names none. */
async function underTorture() {
  const clock = new FakeClock()
  const network = new SipNetwork()
  const failures: unknown[] = []
  const log: Log = { debug() {}, info() {}, warn() {}, error: (fields) => void failures.push(fields) }
  const listener: SipListener = { transport: 'udp', host: '192.0.2.1', port: 5060 }
  const agent = await startUserAgent({ listen: [listener], product: 'Yuyin', clock, log }, network.open)
  const answers: SipMessage[] = []
  const said: string[] = []
  agent.on('call', (call) => {
    said.push(call.callId)
    call.reject(603)
  })
  const ports = [5060, 5050, 5070, 6050, 19823]
  const peers = ports.map((port) =>
    network.peer({ transport: 'udp', host: '192.0.2.9', port }, (message) => void answers.push(message)),
  )
  const torture = async (bytes: Buffer) => {
    peers[0]?.sendBytes(bytes, { host: listener.host, port: listener.port })
    await clock.advance(0)
  }
  return { clock, agent, answers, said, failures, torture }
}

/** What the agent did, in the words of the table. */
function deedOf(answers: readonly SipMessage[], calls: number, row: TortureRow): TortureRow['agent'] {
  const [first] = answers
  if (first === undefined) return 'drop'
  if (first.kind === 'request') throw new Error('the agent asked instead of answering')
  if (calls > 0) return 'call'
  const name = typeof row.agent === 'object' ? row.agent.header?.[0] : undefined
  return {
    status: first.status,
    ...(name === undefined ? {} : { header: [name, first.headers.first(name) ?? 'missing'] }),
  }
}

describe.each([
  { rfc: 'rfc4475', rows: rfc4475 },
  { rfc: 'rfc5118', rows: rfc5118 },
])('$rfc: the user agent', ({ rfc, rows }) => {
  test.each(rows)('does with $name what the table says, and forgets it', async (row) => {
    const { clock, agent, answers, said, failures, torture } = await underTorture()
    await torture(tortureBytes(rfc, row.name))
    expect(deedOf(answers, said.length, row)).toEqual(row.agent)
    await clock.advance(200_000)
    expect(failures).toEqual([])
    expect(agent.describe()).toEqual({ calls: 0, clientTransactions: 0, serverTransactions: 0, connections: 0 })
    expect(clock.pendingTimers).toBe(0)
  })
})
