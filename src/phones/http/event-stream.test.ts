import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { PhoneBench } from '../../../fakes/phone-bench.ts'

const number = '13912345678'
let bench: PhoneBench

beforeEach(async () => {
  bench = await PhoneBench.open()
})

afterEach(() => bench.close())

describe('/phones/{number}/events', () => {
  /** Reads a stream to its end, which comes with the end of the bench.phones. */
  async function events(during: () => Promise<void>): Promise<{ event: string; data: Record<string, unknown> }[]> {
    const stream = bench.app.inject({ method: 'GET', url: `/phones/${number}/events` })
    await bench.clock.advance(0)
    await during()
    await bench.phones.close()
    const answer = await stream
    expect(answer.headers['content-type']).toBe('text/event-stream; charset=utf-8')
    return [...answer.payload.matchAll(/^event: (.*)\ndata: (.*)\n\n/gm)].map(([, event = '', data = '']) => ({
      event,
      data: JSON.parse(data),
    }))
  }

  it('tells the call as it goes, with what is heard each second', async () => {
    const seen = await events(async () => {
      const call = await bench.answered(number, 1000)
      bench.sip.ring('13900000002')
      await bench.clock.advance(2500)
      bench.media.session.emit('digit', '5', 100)
      call.bye()
      await bench.until(() => bench.phones.calls(number)[0]?.endedAt !== undefined)
    })
    const names = seen.map(({ event, data }) => (event === 'state' ? data['state'] : event))
    const story = ['call', 'step', 'ringing', 'step', 'answering', 'answered', 'step']
    expect(names).toEqual([...story, 'heard', 'heard', 'keyHeard', 'ended', 'ended'])
    expect(seen.find(({ event }) => event === 'heard')?.data).toMatchObject({ rtp: { packetsReceived: 50 } })
  })

  it('begins with the call that runs already', async () => {
    const call = await bench.answered(number, 1000)
    const seen = await events(async () => call.bye())
    expect(seen[0]).toMatchObject({ event: 'call', data: { number, state: 'answered' } })
  })
})
