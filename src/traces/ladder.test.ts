import { expect, it } from 'vitest'
import { drawLadder } from './ladder.ts'
import type { TraceEntry } from './trace-entry.ts'

const local = { host: '192.0.2.1', port: 5060 }
const remote = { host: '2001:db8::2', port: 5061 }
const at = Date.UTC(2026, 0, 2, 3, 4, 5)

const entries: readonly TraceEntry[] = [
  { kind: 'state', at, words: 'dialling' },
  {
    ...{ kind: 'sip', at: at + 4, direction: 'sent', transport: 'tls', local, remote, sipCallId: 'a@b' },
    text: 'INVITE sip:1@b SIP/2.0\r\nTo: <sip:1@b>\r\n\r\nv=0\r\nm=audio 4000 RTP/AVP 8\r\n',
  },
  { kind: 'leg', at: at + 4, trunk: 'carrier', sipCallId: 'a@b' },
  {
    ...{ kind: 'sip', at: at + 1030, direction: 'received', transport: 'tls', local, remote, sipCallId: 'a@b' },
    text: 'SIP/2.0 486 Busy Here\r\n\r\n',
  },
  {
    kind: 'sound',
    at: at + 1100,
    local: { host: '192.0.2.1', port: 30_000 },
    statistics: {
      packetsSent: 50,
      packetsReceived: 48,
      packetsLost: 2,
      packetsLate: 1,
      packetsForeign: 3,
      packetsUnauthentic: 0,
      lossPercent: 4,
      jitterMs: 1,
      jitterMeanMs: 1.23,
      jitterMaxMs: 5,
      roundTripMs: 12.4,
      mos: 4.21,
    },
  },
]

it('draws who said what, when, over which sockets', () => {
  expect(drawLadder(entries, { whole: false }).split('\n')).toEqual([
    'Began 2026-01-02 11:04:05, China time.',
    'Leg 1: trunk carrier, 192.0.2.1:5060 ↔ [2001:db8::2]:5061, tls, Call-ID a@b',
    '',
    '            this end                                  far end',
    '   0.000 s  │ dialling',
    '   0.004 s  │──────────── INVITE (audio) ────────────▶│',
    '   1.030 s  │◀──────────── 486 Busy Here ─────────────│',
    '   1.100 s  │ audio at 192.0.2.1:30000: sent 50, received 48, lost 2 (4.0 %), late 1, jitter 1.2 ms (at most 5.0), 3 from strangers dropped, round trip 12 ms, MOS 4.21',
  ])
})

it('shows whole messages when asked', () => {
  const lines = drawLadder(entries, { whole: true }).split('\n')
  expect(lines).toContain('              To: <sip:1@b>')
  expect(lines).toContain('              m=audio 4000 RTP/AVP 8')
})

it('tells the legs of a call apart', () => {
  const [, invite] = entries
  if (invite?.kind !== 'sip') throw new Error('no message')
  const second = [
    { ...invite, sipCallId: 'c@d' },
    { kind: 'leg', at, trunk: 'other', sipCallId: 'c@d' },
  ] as const
  const drawn = drawLadder([invite, ...second], { whole: false })
  expect(drawn).toContain('\nLeg 1: 192.0.2.1:5060 ↔')
  expect(drawn).toContain('\nLeg 2: trunk other, 192.0.2.1:5060 ↔')
  expect(drawn).toContain(' 1: INVITE (audio) ')
  expect(drawn).toContain(' 2: INVITE (audio) ')
})

it('draws nothing of nothing', () => {
  expect(drawLadder([], { whole: false })).toBe('')
})
