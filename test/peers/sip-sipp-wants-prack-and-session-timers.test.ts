import { expect, test } from 'vitest'
import { call, eventsOf } from './sipp/our-end.ts'
import {
  calleeBye,
  calleeRequest,
  expectStatus,
  receive,
  rememberParties,
  requireHeader,
  respond,
  respondInDialog,
  respondToInvite,
  together,
} from './sipp/scenario.ts'
import { agreeing, endOfBoth, sippIsCalled } from './sipp/side-by-side.ts'

const reliable = (rseq: number) => ({ headers: ['Require: 100rel', `RSeq: ${rseq}`], withSdp: true })
const answered = (...headers: string[]) => [
  receive('INVITE', rememberParties),
  respond('200 OK', { withSdp: true, untilAck: true, headers }),
  receive('ACK'),
]
const allow = 'Allow: INVITE, ACK, BYE, CANCEL, UPDATE, PRACK'
const hungUpByUs = [receive('BYE'), respondInDialog('200 OK')]
const refreshed = { headers: ['Session-Expires: 90;refresher=uac', 'Require: timer'] }

test.concurrent('a 183 that sipp repeats gets one PRACK, and its audio stands for the answer', async (context) => {
  const steps = [
    receive('INVITE', rememberParties),
    respond('183 Session Progress', reliable(41)),
    receive('PRACK', requireHeader('RAck', '41 1 INVITE')),
    respondInDialog('200 OK'),
    respondToInvite('183 Session Progress', reliable(41)),
    respondToInvite('180 Ringing', { headers: ['Require: 100rel', 'RSeq: 42'] }),
    receive('PRACK', requireHeader('RAck', '42 1 INVITE')),
    respondInDialog('200 OK'),
    respondToInvite('200 OK', { untilAck: true }),
    receive('ACK'),
    ...hungUpByUs,
  ]
  const { agent, sipp } = await sippIsCalled(context, steps)
  const out = call(agent, sipp.port, { reliableProvisional: 'required' })
  const events = eventsOf(out)
  out.on('answered', () => out.hangUp())
  expect(await endOfBoth(out, sipp)).toEqual({ kind: 'bye', by: 'here' })
  expect(events).toEqual(['progress 183 with SDP', 'progress 180', 'answered with SDP', 'ended bye'])
})

test.concurrent('sipp makes the offer, and gets its answer with the PRACK', async (context) => {
  const steps = [
    receive('INVITE', rememberParties),
    respond('183 Session Progress', reliable(1)),
    receive('PRACK', requireHeader('Content-Type', 'application/sdp')),
    respondInDialog('200 OK'),
    respondToInvite('200 OK', { untilAck: true }),
    receive('ACK'),
    ...hungUpByUs,
  ]
  const { agent, sipp } = await sippIsCalled(context, steps)
  const out = call(agent, sipp.port, { offer: '' })
  const offers = agreeing(out, 'v=0')
  out.on('answered', () => out.hangUp())
  expect(await endOfBoth(out, sipp)).toEqual({ kind: 'bye', by: 'here' })
  expect(offers).toEqual([expect.stringContaining('m=audio 6000')])
})

test.concurrent('sipp changes the early audio by UPDATE before it answers', async (context) => {
  const steps = [
    receive('INVITE', rememberParties),
    respond('183 Session Progress', reliable(1)),
    receive('PRACK'),
    respondInDialog('200 OK'),
    calleeRequest('UPDATE', 1, { withSdp: true }),
    expectStatus(200),
    respondToInvite('200 OK', { untilAck: true }),
    receive('ACK'),
    ...hungUpByUs,
  ]
  const { agent, sipp } = await sippIsCalled(context, steps)
  const out = call(agent, sipp.port)
  const offers = agreeing(out, 'v=0')
  out.on('answered', () => out.hangUp())
  expect(await endOfBoth(out, sipp)).toEqual({ kind: 'bye', by: 'here' })
  expect(offers).toHaveLength(1)
})

test.concurrent('two phones behind sipp ring reliably, and the second answers', async (context) => {
  const ringing = (tag: string) => respondToInvite('183 Session Progress', { ...reliable(7), tag })
  const steps = [
    receive('INVITE', rememberParties),
    ringing('kitchen'),
    receive('PRACK', requireHeader('To', 'tag=kitchen')),
    respondInDialog('200 OK'),
    ringing('office'),
    receive('PRACK', requireHeader('To', 'tag=office')),
    respondInDialog('200 OK'),
    respondToInvite('200 OK', { untilAck: true, tag: 'office' }),
    receive('ACK', requireHeader('To', 'tag=office')),
    ...hungUpByUs,
  ]
  const { agent, sipp } = await sippIsCalled(context, steps)
  const out = call(agent, sipp.port)
  out.on('answered', () => out.hangUp())
  expect(await endOfBoth(out, sipp)).toEqual({ kind: 'bye', by: 'here' })
  expect(out.remoteDescription).toContain('m=audio 6000')
})

test.concurrent('sipp answers although it was cancelled: acknowledged, and hung up', async (context) => {
  const steps = [
    receive('INVITE', rememberParties),
    respond('180 Ringing'),
    receive('CANCEL'),
    respondInDialog('200 OK'),
    respondToInvite('200 OK', { withSdp: true, untilAck: true }),
    receive('ACK'),
    ...hungUpByUs,
  ]
  const { agent, sipp } = await sippIsCalled(context, steps)
  const out = call(agent, sipp.port)
  const events = eventsOf(out)
  out.on('progress', () => out.hangUp())
  expect(await endOfBoth(out, sipp)).toEqual({ kind: 'cancelled', by: 'here' })
  expect(events).toEqual(['progress 180', 'ended cancelled'])
})

test.concurrent('sipp cannot do what is required and says so', async (context) => {
  const steps = [
    receive('INVITE', requireHeader('Require', '100rel')),
    respond('420 Bad Extension', { headers: ['Unsupported: 100rel'], untilAck: true }),
    receive('ACK'),
  ]
  const { agent, sipp } = await sippIsCalled(context, steps)
  const out = call(agent, sipp.port, { reliableProvisional: 'required' })
  expect(await endOfBoth(out, sipp)).toMatchObject({ kind: 'refused', status: 420 })
})

test.concurrent('sipp allows no session as short, and is refreshed by UPDATE when it got the longer one', async (context) => {
  const steps = [
    receive('INVITE', requireHeader('Session-Expires', '90')),
    respond('422 Session Interval Too Small', { headers: ['Min-SE: 120'], untilAck: true }),
    receive('ACK'),
    receive('INVITE', together(requireHeader('Min-SE', '120'), rememberParties)),
    respond('200 OK', {
      withSdp: true,
      untilAck: true,
      headers: ['Session-Expires: 120;refresher=uac', 'Require: timer', allow],
    }),
    receive('ACK'),
    receive('UPDATE', requireHeader('Session-Expires', '120;refresher=uac')),
    respondInDialog('200 OK', { headers: ['Session-Expires: 120;refresher=uac'] }),
    calleeBye(),
    expectStatus(200),
  ]
  const { agent, sipp } = await sippIsCalled(context, steps, true)
  const out = call(agent, sipp.port, { sessionExpiresSeconds: 90, ringTimeoutMs: 900_000 })
  expect(await endOfBoth(out, sipp)).toMatchObject({ kind: 'bye', by: 'there' })
})

test.concurrent('sipp takes no UPDATE and is refreshed by re-INVITE, and the call goes on', async (context) => {
  const steps = [
    ...answered('Session-Expires: 90;refresher=uac', 'Allow: INVITE, ACK, BYE, CANCEL'),
    receive('INVITE', requireHeader('Session-Expires', '90;refresher=uac')),
    respondInDialog('200 OK', { ...refreshed, withSdp: true, untilAck: true }),
    receive('ACK'),
    calleeBye(),
    expectStatus(200),
  ]
  const { agent, sipp } = await sippIsCalled(context, steps, true)
  const out = call(agent, sipp.port, { ringTimeoutMs: 900_000 })
  const events = eventsOf(out)
  expect(await endOfBoth(out, sipp)).toMatchObject({ kind: 'bye', by: 'there' })
  expect(events).toEqual(['answered with SDP', 'ended bye'])
})

test.concurrent('sipp promises to refresh and never does: the session expires', async (context) => {
  const steps = [
    ...answered('Session-Expires: 90;refresher=uas', allow),
    receive('BYE', requireHeader('Reason', 'Q.850;cause=102')),
    respondInDialog('200 OK'),
  ]
  const { agent, sipp } = await sippIsCalled(context, steps, true)
  const out = call(agent, sipp.port, { ringTimeoutMs: 900_000 })
  expect(await endOfBoth(out, sipp)).toEqual({ kind: 'failed', reason: 'the session expired' })
})

test.concurrent('sipp refreshes as it promised, by UPDATE and by re-INVITE', async (context) => {
  const steps = [
    ...answered('Session-Expires: 90;refresher=uas', allow),
    '<pause milliseconds="1100"/>',
    calleeRequest('UPDATE', 1, { headers: ['Supported: timer', 'Session-Expires: 90;refresher=uac'] }),
    expectStatus(200, { inside: requireHeader('Session-Expires', '90;refresher=uac') }),
    '<pause milliseconds="1100"/>',
    calleeRequest('INVITE', 2, { headers: ['Supported: timer', 'Session-Expires: 90;refresher=uac'], withSdp: true }),
    expectStatus(100, { optional: true }),
    expectStatus(200, { inside: requireHeader('Require', 'timer') }),
    calleeRequest('ACK', 2),
    ...hungUpByUs,
  ]
  const { agent, sipp } = await sippIsCalled(context, steps, true)
  const out = call(agent, sipp.port, { ringTimeoutMs: 900_000 })
  const offers = agreeing(out, 'v=0')
  out.on('offer', () => setTimeout(() => out.hangUp(), 200))
  expect(await endOfBoth(out, sipp)).toEqual({ kind: 'bye', by: 'here' })
  expect(offers).toHaveLength(1)
})

test.concurrent('sipp knows nothing of session timers, and nothing is asked of it', async (context) => {
  const steps = [...answered(), '<pause milliseconds="2200"/>', calleeBye(), expectStatus(200)]
  const { agent, sipp } = await sippIsCalled(context, steps, true)
  const out = call(agent, sipp.port, { sessionExpiresSeconds: 90, ringTimeoutMs: 900_000 })
  expect(await endOfBoth(out, sipp)).toMatchObject({ kind: 'bye', by: 'there' })
})

test.concurrent('sipp is busy with an offer of its own (491), and ours comes again', async (context) => {
  const steps = [
    ...answered(allow),
    receive('INVITE'),
    respondInDialog('491 Request Pending', { untilAck: true }),
    receive('ACK'),
    receive('INVITE'),
    respondInDialog('200 OK', { withSdp: true, untilAck: true }),
    receive('ACK'),
    ...hungUpByUs,
  ]
  const { agent, sipp } = await sippIsCalled(context, steps, true)
  const out = call(agent, sipp.port, { ringTimeoutMs: 900_000 })
  let answer = ''
  out.on('answered', async () => {
    answer = await out.reoffer('v=0')
    out.hangUp()
  })
  expect(await endOfBoth(out, sipp)).toEqual({ kind: 'bye', by: 'here' })
  expect(answer).toContain('m=audio 6000')
})

test.concurrent('sipp holds and resumes, asks for a transfer, and hangs up twice', async (context) => {
  const reinvite = (cseq: number) => [
    calleeRequest('INVITE', cseq, { withSdp: true }),
    expectStatus(100, { optional: true }),
    expectStatus(200),
    calleeRequest('ACK', cseq),
  ]
  const steps = [
    ...answered(),
    ...reinvite(1),
    ...reinvite(2),
    calleeRequest('REFER', 3, { headers: ['Refer-To: <sip:120@127.0.0.1>'] }),
    expectStatus(405, { inside: requireHeader('Allow', 'INVITE, ACK') }),
    calleeRequest('BYE', 4),
    expectStatus(200),
    calleeRequest('BYE', 5),
    expectStatus(481),
  ]
  const { agent, sipp } = await sippIsCalled(context, steps)
  const out = call(agent, sipp.port)
  const offers = agreeing(out, 'v=0')
  expect(await endOfBoth(out, sipp)).toEqual({ kind: 'bye', by: 'there' })
  expect(offers).toHaveLength(2)
})

test.concurrent('sipp sends the call elsewhere (302): told, and not followed', async (context) => {
  const moved = respond('302 Moved Temporarily', { headers: ['Contact: <sip:120@127.0.0.1:9>'], untilAck: true })
  const { agent, sipp } = await sippIsCalled(context, [receive('INVITE'), moved, receive('ACK')])
  expect(await endOfBoth(call(agent, sipp.port), sipp)).toMatchObject({ kind: 'refused', status: 302 })
})
