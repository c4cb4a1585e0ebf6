import { describe, expect, it } from 'vitest'
import { FakeEar, placeCall } from '../../fakes/live-call-bench.ts'
import { sampleCall } from '../../fakes/sample-call.ts'
import type { EarlyMediaFinding } from '../domain/call/early-media.ts'

const poweredOff: EarlyMediaFinding = { kind: 'announcement', outcome: 'poweredOff', what: 'off', confidence: 0.9 }
const busyTone: EarlyMediaFinding = { kind: 'tone', outcome: 'busy', what: 'busy tone', confidence: 0.9 }

/** The network plays something before the answer. */
async function played() {
  const ear = new FakeEar()
  const call = await placeCall(sampleCall(), { ear })
  const leg = call.trunk.leg()
  leg.emit('earlyMedia')
  await call.clock.advance(0)
  leg.say(new Int16Array(800))
  return { ...call, ear, leg }
}

async function endOf({ over, ends, ear, leftovers }: Awaited<ReturnType<typeof played>>) {
  await over
  expect(leftovers()).toEqual([])
  expect(ear.open).toBe(0)
  return ends[0]
}

describe('what the network plays before the answer', () => {
  it('is listened to from its first packet on', async () => {
    const call = await played()
    expect(call.ear.heard).toHaveLength(1)
    call.leg.end({ answered: false, outcome: 'busy', sipStatus: 486 })
    expect(await endOf(call)).toMatchObject({ outcome: 'busy', sipStatus: 486 })
  })

  it('ends the attempt at once when it is an announcement, and says how', async () => {
    const call = await played()
    call.ear.find(poweredOff)
    const end = await endOf(call)
    expect(call.leg.hangUps).toBe(1)
    expect(end).toMatchObject({ outcome: 'poweredOff', earlyMedia: poweredOff })
    expect(end).not.toHaveProperty('sipStatus')
  })

  it('decides where the network’s own answer is vague, when it is a tone, and does not end the attempt', async () => {
    const vague = await played()
    vague.ear.find(busyTone)
    expect(vague.leg.hangUps).toBe(0)
    vague.leg.end({ answered: false, outcome: 'noAnswer', sipStatus: 487 })
    expect(await endOf(vague)).toMatchObject({ outcome: 'busy', sipStatus: 487, earlyMedia: busyTone })
    const plain = await played()
    plain.ear.find(busyTone)
    plain.leg.end({ answered: false, outcome: 'rejected', sipStatus: 603 })
    expect(await endOf(plain)).toMatchObject({ outcome: 'rejected', sipStatus: 603, earlyMedia: busyTone })
  })

  it('is kept when it was not understood, and changes nothing', async () => {
    const call = await played()
    call.ear.atEnd = { kind: 'unrecognised' }
    call.leg.end({ answered: false, outcome: 'noAnswer', sipStatus: 480 })
    expect(await endOf(call)).toMatchObject({ outcome: 'noAnswer', earlyMedia: { kind: 'unrecognised' } })
  })

  it('is forgotten when the call is answered after all', async () => {
    const call = await played()
    call.ear.atEnd = { kind: 'unrecognised' }
    call.leg.answer()
    expect(call.ear.open).toBe(0)
    call.leg.say(new Int16Array(800))
    expect(call.ear.heard).toHaveLength(1)
    call.leg.end({ answered: true, by: 'callee' })
    expect(await endOf(call)).not.toHaveProperty('earlyMedia')
  })

  it('is not listened to where nobody wants to', async () => {
    const call = await placeCall()
    call.trunk.leg().emit('earlyMedia')
    await call.clock.advance(0)
    expect(call.trunk.leg().listeningTo.size).toBe(0)
    call.trunk.leg().end({ answered: false, outcome: 'busy' })
    await call.over
  })

  it('leaves a call alone when it cannot be listened to', async () => {
    const ear = new FakeEar()
    const call = await placeCall(sampleCall(), { ear })
    call.trunk.leg().listen = () => Promise.reject(new Error('the media process is away'))
    call.trunk.leg().emit('earlyMedia')
    await call.clock.advance(0)
    expect(call.errors).toEqual(['early media could not be listened to'])
    call.trunk.leg().end({ answered: false, outcome: 'busy' })
    await call.over
    expect(ear.open).toBe(0)
    expect(call.ends[0]).toMatchObject({ outcome: 'busy' })
  })

  it('leaves a call alone when its ear fails', async () => {
    const ear = new FakeEar()
    ear.begin = () => {
      throw new Error('no library')
    }
    const call = await placeCall(sampleCall(), { ear })
    call.trunk.leg().emit('earlyMedia')
    await call.clock.advance(0)
    expect(call.errors).toEqual(['early media could not be listened to'])
    call.trunk.leg().end({ answered: false, outcome: 'busy' })
    await call.over
    expect(call.ends[0]).toMatchObject({ outcome: 'busy' })
  })

  it('of a call that was called off meanwhile is kept beside that', async () => {
    const call = await played()
    call.ear.atEnd = { kind: 'unrecognised' }
    call.live.callOff()
    expect(await endOf(call)).toMatchObject({ outcome: 'cancelled', earlyMedia: { kind: 'unrecognised' } })
  })
})
