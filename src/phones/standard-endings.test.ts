import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { PhoneBench } from '../../fakes/phone-bench.ts'

let bench: PhoneBench

beforeEach(async () => {
  bench = await PhoneBench.open({ canSpeak: true })
})

afterEach(() => bench.close())

describe('standard endings', () => {
  it.each(['13900000000', '13912345678', '1'])('%s answers after 1 s and listens to the end', async (to) => {
    const call = bench.sip.ring(to)
    await bench.clock.advance(999)
    expect(call.acts).toEqual(['180'])
    await bench.clock.advance(1)
    await bench.until(() => call.acts.length === 2)
    expect(call.acts).toEqual(['180', '200 sdp'])
    call.acknowledge()
    await bench.clock.advance(600_000)
    expect(bench.last(to).state).toBe('answered')
    expect(bench.media.session.isRecording).toBe(true)
    call.bye()
    expect(await bench.ended(to)).toMatchObject({ state: 'ended', end: { by: 'caller', how: 'hungUp' }, heardMs: 1000 })
    expect(bench.media.session.isClosed).toBe(true)
  })

  it('…0001 hangs up after listening for 1 s', async () => {
    const call = bench.sip.ring('13900000001')
    await bench.clock.advance(1000)
    await bench.until(() => call.acts.includes('200 sdp'))
    call.acknowledge()
    await bench.clock.advance(999)
    expect(call.acts).not.toContain('BYE')
    await bench.clock.advance(1)
    expect(call.acts).toEqual(['180', '200 sdp', 'BYE'])
    expect(call.hangUpCause).toMatchObject({ q850: 16 })
    expect(await bench.ended('13900000001')).toMatchObject({ end: { by: 'phone', how: 'hungUp' } })
  })

  it.each([
    ['0002', 486, 'Q.850;cause=17'],
    ['0004', 404, 'Q.850;cause=1'],
    ['0005', 503, 'Q.850;cause=27'],
    ['0007', 480, 'Q.850;cause=20'],
    ['0012', 403, 'Q.850;cause=21'],
  ])('…%s is refused at once with %i, Reason %s', async (digits, status, reason) => {
    const call = bench.sip.ring(`1390000${digits}`)
    expect(call.acts).toEqual([String(status)])
    expect(call.headers).toEqual([`Reason: ${reason}`])
    expect(await bench.ended(`1390000${digits}`)).toMatchObject({ end: { by: 'phone', how: 'rejected', status } })
    expect(bench.media.sessions).toHaveLength(0)
  })

  it('…0003 rings until the caller gives up', async () => {
    const call = bench.sip.ring('13900000003')
    await bench.clock.advance(3_000_000)
    expect(call.acts).toEqual(['180'])
    call.cancel()
    const { end, timeline } = await bench.ended('13900000003')
    expect(end).toEqual({ by: 'caller', how: 'gaveUp' })
    expect(timeline.flatMap((entry) => (entry.kind === 'state' ? [entry.state] : []))).toEqual(['ringing', 'ended'])
  })

  it.each([
    ['0010', 'powered off', '已关机'],
    ['0011', 'suspended', '已停机'],
  ])('…%s plays the tone and the announcement in early bench.media, then 480 "%s"', async (digits, text, words) => {
    const call = bench.sip.ring(`1390000${digits}`)
    await bench.until(() => bench.media.sessions[0]?.played.length === 1)
    expect(call.acts).toEqual(['183 sdp'])
    await bench.clock.advance(1000)
    expect(call.acts).toEqual(['183 sdp'])
    await bench.clock.advance(1000)
    expect(call.acts).toEqual(['183 sdp', '480'])
    expect(call.headers).toEqual([`Reason: Q.850;cause=20;text="${text}"`])
    expect(bench.spoken.join()).toContain(words)
    expect(bench.media.session.played).toEqual([
      join(bench.dataDir, 'phones/audio/tones/information.wav'),
      '/voice/1.wav',
    ])
    expect(bench.media.session.recordedTo).toBeUndefined()
    expect(await bench.ended(`1390000${digits}`)).toMatchObject({ end: { how: 'rejected', status: 480 } })
  })
})
