import { describe, expect, test } from 'vitest'
import type { SipNetwork } from '../../../fakes/sip-network.ts'
import { answer, expectNothingLeft, firstOf, news, offerAnyhow, pair } from '../../../fakes/sip-pair.ts'
import type { IncomingCall, InviteRequest, OutgoingCall } from '../user-agent.types.ts'

type Ends = Awaited<ReturnType<typeof pair>>

/** A moment in the life of a call. */
interface Moment {
  name: string
  invite?: Partial<InviteRequest>
  /** What gets lost from the start on. */
  loses?: SipNetwork['loses']
  /** Goes on from the arrived INVITE; absent: nothing has arrived. */
  reach?: (call: IncomingCall, out: OutgoingCall, ends: Ends) => Promise<void> | void
  /** What both ends think of it. */
  states: [caller: string, callee: string | undefined]
}

const losing =
  (what: string | number): SipNetwork['loses'] =>
  ({ message }) =>
    message.kind === 'request' ? message.method === what : message.status === what

/** Answers, and lets both ends know. */
async function confirm(call: IncomingCall, { clock }: Ends): Promise<void> {
  call.accept(answer)
  await clock.advance(0)
}

/** Goes on to a call in which one end waits for the other's answer to its re-INVITE. */
const offerOpen =
  (by: 'caller' | 'callee'): NonNullable<Moment['reach']> =>
  async (call, out, ends) => {
    const [asks, asked] = by === 'caller' ? [out, call] : [call, out]
    asked.on('offer', () => undefined)
    await confirm(call, ends)
    offerAnyhow(asks, 'another offer')
  }

const moments: Moment[] = [
  { name: 'calling', loses: losing('INVITE'), states: ['calling', undefined] },
  { name: 'after the 100', reach: () => undefined, states: ['proceeding', 'proceeding'] },
  { name: 'ringing', reach: (call) => call.ring(), states: ['early', 'early'] },
  {
    name: 'ringing with early audio, acknowledged',
    reach: (call) => call.ring(answer),
    states: ['early', 'early'],
  },
  {
    name: 'ringing with early audio nobody can acknowledge',
    invite: { reliableProvisional: 'off' },
    reach: (call) => call.ring(answer),
    states: ['early', 'early'],
  },
  { name: 'PRACK pending', loses: losing('PRACK'), reach: (call) => call.ring(answer), states: ['early', 'early'] },
  {
    name: 'two reliable answers pending',
    invite: { reliableProvisional: 'required' },
    loses: losing('PRACK'),
    reach: (call) => {
      call.ring()
      call.ring(answer)
    },
    states: ['early', 'early'],
  },
  {
    name: 'the answer waiting for a PRACK',
    loses: losing('PRACK'),
    reach: (call) => {
      call.ring(answer)
      call.accept(answer)
    },
    states: ['early', 'early'],
  },
  {
    name: 'UPDATE pending before the answer',
    reach: async (call, out, { clock }) => {
      out.on('offer', () => undefined)
      call.ring(answer)
      await clock.advance(0)
      offerAnyhow(call, 'another offer')
    },
    states: ['early', 'early'],
  },
  {
    name: 'answered before the ACK',
    loses: losing('ACK'),
    reach: (call) => call.accept(answer),
    states: ['confirmed', 'early'],
  },
  {
    name: 'the answer lost',
    loses: losing(200),
    reach: (call) => call.accept(answer),
    states: ['proceeding', 'early'],
  },
  { name: 'confirmed', reach: (call, _, ends) => confirm(call, ends), states: ['confirmed', 'confirmed'] },
  { name: 're-INVITE of the caller pending', reach: offerOpen('caller'), states: ['confirmed', 'confirmed'] },
  { name: 're-INVITE of the callee pending', reach: offerOpen('callee'), states: ['confirmed', 'confirmed'] },
  {
    name: 're-INVITE answered before its ACK',
    reach: async (call, out, ends) => {
      call.on('offer', (_, respond) => respond({ description: answer }))
      await confirm(call, ends)
      ends.network.loses = losing('ACK')
      offerAnyhow(out, 'another offer')
    },
    states: ['confirmed', 'confirmed'],
  },
  {
    name: 'both re-INVITEs crossed, pausing',
    reach: async (call, out, ends) => {
      await confirm(call, ends)
      offerAnyhow(out, 'another offer')
      offerAnyhow(call, 'another offer')
    },
    states: ['confirmed', 'confirmed'],
  },
  {
    name: 'refresh pending',
    invite: { sessionExpiresSeconds: 90 },
    reach: async (call, _, ends) => {
      await confirm(call, ends)
      ends.network.loses = losing('UPDATE')
      await ends.clock.advance(46_000)
    },
    states: ['confirmed', 'confirmed'],
  },
]

/** Calls, and goes to that moment. */
async function reach({ invite = {}, loses, reach: go }: Moment) {
  const ends = await pair()
  if (loses !== undefined) ends.network.loses = loses
  const out = ends.invite(invite)
  const outNews = news(out)
  await ends.clock.advance(0)
  const into = go === undefined ? undefined : firstOf(ends.incoming)
  const inNews = into === undefined ? [] : news(into)
  if (into !== undefined) await go?.(into, out, ends)
  await ends.clock.advance(0)
  return { ...ends, out, outNews, into, inNews }
}

const endings = (told: string[]) => told.filter((event) => event.startsWith('ended'))

describe.each(moments)('$name', (moment) => {
  test('is that moment', async () => {
    const { out, into } = await reach(moment)
    expect([out.state, into?.state]).toEqual(moment.states)
  })

  describe.each([
    ['the line works', false],
    ['nothing comes through any more', true],
  ])('when %s', (_, isDead) => {
    test.each(moment.reach === undefined ? ['caller'] : ['caller', 'callee', 'both ends'])(
      'a hang-up of the %s ends both calls once and leaves nothing',
      async (who) => {
        const { clock, network, caller, callee, out, outNews, into, inNews } = await reach(moment)
        network.loses = () => isDead
        if (who !== 'callee') out.hangUp()
        if (who !== 'caller') into?.hangUp()
        // A dead line is noticed by the ring time or by the session timer, but not by a phone that still rings.
        await clock.advance(isDead ? 1_900_000 : 70_000)
        if (isDead) into?.hangUp()
        await expectNothingLeft(clock, caller, callee)
        expect(endings(outNews)).toHaveLength(1)
        if (into !== undefined) expect(endings(inNews)).toHaveLength(1)
      },
    )
  })

  test('a closed user agent stops everything at once', async () => {
    const { clock, caller, callee } = await reach(moment)
    await caller.close()
    await callee.close()
    expect(clock.pendingTimers).toBe(0)
    for (const agent of [caller, callee]) {
      expect(agent.describe()).toMatchObject({ calls: 0, clientTransactions: 0, serverTransactions: 0 })
    }
  })
})
