import { expect, test } from 'vitest'
import type { IncomingCall } from '../../src/sip/user-agent.types.ts'
import { eventsOf } from './sipp/our-end.ts'
import {
  expectStatus,
  pause,
  receive,
  rememberNumber,
  request,
  requireHeader,
  respondInDialog,
} from './sipp/scenario.ts'
import { agreeing, sippCalls } from './sipp/side-by-side.ts'

const answer = 'v=0'
const trying = expectStatus(100, { optional: true })
const answered = (seq: number) => [
  trying,
  expectStatus(200, { makesDialog: true }),
  request('ACK', seq, { inDialog: true }),
]
const inDialog = (method: string, seq: number, ...headers: string[]) =>
  request(method, seq, { inDialog: true, headers })
const hungUp = (seq: number) => [inDialog('BYE', seq), expectStatus(200)]
const answersAtOnce = (call: IncomingCall) => call.accept(answer)

test.concurrent('early media is sent reliably, repeated until the PRACK, and the 200 waits for it', async (context) => {
  const steps = [
    request('INVITE', 1, { withSdp: true, headers: ['Supported: 100rel'] }),
    trying,
    expectStatus(183, { makesDialog: true, inside: rememberNumber('rseq', 'RSeq') }),
    // Late enough for a repetition, which sipp takes for what it is.
    pause(300),
    inDialog('PRACK', 2, 'RAck: [$rseq] 1 INVITE'),
    expectStatus(200, { inside: requireHeader('CSeq', '2 PRACK') }),
    expectStatus(200, { makesDialog: true, inside: requireHeader('CSeq', '1 INVITE') }),
    request('ACK', 1, { inDialog: true }),
    inDialog('PRACK', 3, 'RAck: [$rseq] 1 INVITE'),
    expectStatus(481),
    ...hungUp(4),
  ]
  const events: string[][] = []
  const take = (call: IncomingCall) => {
    events.push(eventsOf(call))
    call.ring(answer)
    call.accept(answer)
  }
  expect(await sippCalls(context, steps, take, { t1Ms: 100 })).toEqual({ kind: 'bye', by: 'there' })
  expect(events).toEqual([['answered with SDP', 'ended bye']])
})

test.concurrent('a caller that requires it gets every ringing reliably', async (context) => {
  const steps = [
    request('INVITE', 1, { withSdp: true, headers: ['Require: 100rel'] }),
    trying,
    expectStatus(180, { makesDialog: true, inside: rememberNumber('rseq', 'RSeq') }),
    inDialog('PRACK', 2, 'RAck: [$rseq] 1 INVITE'),
    expectStatus(200),
    expectStatus(486),
    request('ACK', 1, { inDialog: true, branchOf: 6 }),
  ]
  const take = (call: IncomingCall) => {
    call.ring()
    setTimeout(() => call.reject(486), 100)
  }
  expect(await sippCalls(context, steps, take)).toMatchObject({ kind: 'refused', status: 486 })
})

test.concurrent('a caller that never sends its PRACK gets 504', async (context) => {
  const steps = [
    request('INVITE', 1, { withSdp: true, headers: ['Supported: 100rel'] }),
    trying,
    expectStatus(183, { makesDialog: true }),
    expectStatus(504),
    request('ACK', 1, { inDialog: true, branchOf: 4 }),
  ]
  const end = await sippCalls(context, steps, (call) => call.ring(answer), { t1Ms: 20 })
  expect(end).toEqual({ kind: 'failed', reason: 'the PRACK never came' })
})

test.concurrent('a caller that supports nothing of it is rung as ever', async (context) => {
  const steps = [
    request('INVITE', 1, { withSdp: true }),
    trying,
    expectStatus(183, { makesDialog: true, inside: requireHeader('Content-Type', 'application/sdp') }),
    ...answered(1),
    ...hungUp(2),
  ]
  const take = (call: IncomingCall) => {
    call.ring(answer)
    call.accept(answer)
  }
  expect(await sippCalls(context, steps, take)).toEqual({ kind: 'bye', by: 'there' })
})

test.concurrent('a session too short is refused, and one that is not refreshed expires', async (context) => {
  const steps = [
    request('INVITE', 1, { withSdp: true, headers: ['Supported: timer', 'Session-Expires: 60'] }),
    trying,
    expectStatus(422, { inside: requireHeader('Min-SE', '90') }),
    request('ACK', 1, { inDialog: true, branchOf: 3 }),
    request('INVITE', 2, { withSdp: true, headers: ['Supported: timer', 'Session-Expires: 90', 'Min-SE: 90'] }),
    trying,
    expectStatus(200, { makesDialog: true, inside: requireHeader('Session-Expires', '90;refresher=uac') }),
    request('ACK', 2, { inDialog: true }),
    pause(1000),
    inDialog('UPDATE', 3, 'Supported: timer', 'Session-Expires: 90;refresher=uac'),
    expectStatus(200, { inside: requireHeader('Session-Expires', '90;refresher=uac') }),
    receive('BYE', requireHeader('Reason', 'Q.850;cause=102')),
    respondInDialog('200 OK'),
  ]
  const end = await sippCalls(context, steps, answersAtOnce, { isFast: true })
  expect(end).toEqual({ kind: 'failed', reason: 'the session expired' })
})

test.concurrent('a caller that leaves the refresh to us gets it', async (context) => {
  const steps = [
    request('INVITE', 1, {
      withSdp: true,
      headers: ['Supported: timer', 'Session-Expires: 90;refresher=uas', 'Allow: INVITE, ACK, BYE, UPDATE'],
    }),
    ...answered(1),
    receive('UPDATE', requireHeader('Session-Expires', '90;refresher=uac')),
    respondInDialog('200 OK', { headers: ['Session-Expires: 90;refresher=uac'] }),
    ...hungUp(2),
  ]
  expect(await sippCalls(context, steps, answersAtOnce, { isFast: true })).toEqual({ kind: 'bye', by: 'there' })
})

test.concurrent('hold, resume and UPDATE are answered, and an ACK that is late changes nothing', async (context) => {
  const reinvite = (seq: number) => [
    request('INVITE', seq, { inDialog: true, withSdp: true }),
    trying,
    expectStatus(200, { makesDialog: true }),
    pause(300),
    request('ACK', seq, { inDialog: true }),
  ]
  const steps = [
    request('INVITE', 1, { withSdp: true }),
    trying,
    expectStatus(200, { makesDialog: true }),
    pause(300),
    request('ACK', 1, { inDialog: true }),
    ...reinvite(2),
    ...reinvite(3),
    request('UPDATE', 4, { inDialog: true, withSdp: true }),
    expectStatus(200),
    ...hungUp(5),
  ]
  let offers: string[] = []
  const take = (call: IncomingCall) => {
    offers = agreeing(call, answer)
    call.accept(answer)
  }
  expect(await sippCalls(context, steps, take, { t1Ms: 100 })).toEqual({ kind: 'bye', by: 'there' })
  expect(offers).toHaveLength(3)
})

test.concurrent('an offer that meets ours is refused with 491', async (context) => {
  const steps = [
    request('INVITE', 1, { withSdp: true }),
    ...answered(1),
    receive('INVITE'),
    request('UPDATE', 2, { inDialog: true, withSdp: true }),
    expectStatus(491),
    ...hungUp(3),
  ]
  const refused: Promise<void>[] = []
  const take = (call: IncomingCall) => {
    // Nobody answers it: it is open when the call ends.
    const reoffer = () => expect(call.reoffer('v=0')).rejects.toMatchObject({ name: 'OfferRefused', status: 487 })
    call.on('answered', () => refused.push(reoffer()))
    call.accept(answer)
  }
  expect(await sippCalls(context, steps, take)).toEqual({ kind: 'bye', by: 'there' })
  expect(await Promise.all(refused)).toHaveLength(1)
})

test.concurrent('a CANCEL that crosses the answer changes nothing', async (context) => {
  const steps = [
    request('INVITE', 1, { withSdp: true }),
    trying,
    expectStatus(200, { makesDialog: true }),
    request('CANCEL', 1, { branchOf: 3 }),
    expectStatus(200, { inside: requireHeader('CSeq', '1 CANCEL') }),
    request('ACK', 1, { inDialog: true }),
    pause(100),
    ...hungUp(2),
  ]
  expect(await sippCalls(context, steps, answersAtOnce)).toEqual({ kind: 'bye', by: 'there' })
})

test.concurrent('what is not for a phone is refused, in the call and outside, and the call goes on', async (context) => {
  const foreign = [
    ['REFER', 'Refer-To: <sip:120@127.0.0.1>'],
    ['SUBSCRIBE', 'Event: dialog'],
    ['NOTIFY', 'Event: refer', 'Subscription-State: active'],
    ['MESSAGE'],
  ] as const
  const refused = expectStatus(405, { inside: requireHeader('Allow', 'INVITE, ACK') })
  const outside = foreign.flatMap(([method, ...headers], at) => [
    request(method, at + 1, { headers: [...headers] }),
    refused,
  ])
  const inside = foreign.flatMap(([method, ...headers], at) => [inDialog(method, at + 7, ...headers), refused])
  const steps = [
    ...outside,
    request('INVITE', 5, { withSdp: true, headers: ['Require: replaces, 100rel'] }),
    trying,
    expectStatus(420, { inside: requireHeader('Unsupported', 'replaces') }),
    request('ACK', 5, { inDialog: true, branchOf: 3 }),
    request('INVITE', 6, { withSdp: true }),
    ...answered(6),
    ...inside,
    ...hungUp(12),
    inDialog('BYE', 13),
    expectStatus(481),
  ]
  expect(await sippCalls(context, steps, answersAtOnce)).toEqual({ kind: 'bye', by: 'there' })
})
