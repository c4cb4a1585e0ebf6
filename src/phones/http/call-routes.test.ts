import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { PhoneBench } from '../../../fakes/phone-bench.ts'

const number = '13912345678'
let bench: PhoneBench

beforeEach(async () => {
  bench = await PhoneBench.open()
})

afterEach(() => bench.close())

describe('/phones/{number}/calls', () => {
  it('tells what happened; one call with everything', async () => {
    const id = await bench.wholeCall(number)
    const { calls } = (await bench.get(`/phones/${number}/calls`)).json()
    expect(calls).toMatchObject([{ id, state: 'ended', end: { by: 'caller', how: 'hungUp' }, from: '057128880000' }])
    expect((await bench.get(`/phones/${number}/calls/${id}`)).json()).toEqual(calls[0])
    expect((await bench.get('/phones/1/calls')).json()).toMatchObject({ calls: [] })
  })

  it.each(['1-1', '..%2f..%2fscript'])('knows no call %s', async (id) => {
    expect((await bench.get(`/phones/${number}/calls/${id}`)).json()).toMatchObject({ code: 'noSuchCall' })
  })

  it('waits for the end of a call, and finds one that ended since', async () => {
    const since = bench.clock.now()
    const call = await bench.answered(number, 1000)
    const waiting = bench.get(`/phones/${number}/calls?wait=60`)
    await bench.clock.advance(10_000)
    call.bye()
    const waited = (await waiting).json()
    expect(waited.calls).toHaveLength(1)
    expect((await bench.get(`/phones/${number}/calls?since=${since}`)).json().calls).toEqual(waited.calls)
    expect((await bench.get(`/phones/${number}/calls?wait=60&since=${since}`)).json().calls).toEqual(waited.calls)
    expect((await bench.get(`/phones/${number}/calls?since=${waited.now}`)).json().calls).toEqual([])
  })

  it('answers an empty list when nothing ended in time, and when the node stops', async () => {
    const waiting = bench.get(`/phones/${number}/calls?wait=5`)
    await bench.clock.advance(5000)
    expect((await waiting).json()).toMatchObject({ calls: [] })
    const cutOff = bench.get(`/phones/${number}/calls?wait=60`)
    await bench.clock.advance(0)
    await bench.phones.close()
    expect((await cutOff).json()).toMatchObject({ calls: [] })
  })

  it.each(['wait=x', 'wait=-1', 'wait=121', 'wait=1&wait=2', 'since=yesterday', 'limit=3'])(
    'refuses ?%s',
    async (query) => {
      expect((await bench.get(`/phones/${number}/calls?${query}`)).json()).toMatchObject({ code: 'badQuery' })
    },
  )
})
