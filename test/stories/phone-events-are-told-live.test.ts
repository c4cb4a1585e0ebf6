import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openPhoneWorld, type PhoneWorld } from './phone-caller.ts'

const number = '13900000000'
let world: PhoneWorld
let address: string

beforeAll(async () => {
  world = await openPhoneWorld()
  address = await world.app.listen({ host: '127.0.0.1', port: 0 })
})
afterAll(() => world.close())

describe('whoever watches a phone is told what happens while it happens', () => {
  it('from the INVITE over the seconds that are heard to the end, over HTTP', async () => {
    const watching = new AbortController()
    const answer = await fetch(`${address}/phones/${number}/events`, { signal: watching.signal })
    expect(answer.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
    const caller = await world.call(number)
    const events: string[] = []
    let text = ''
    for await (const chunk of answer.body ?? []) {
      text += Buffer.from(chunk).toString()
      const blocks = text.split('\n\n')
      text = blocks.pop() ?? ''
      events.push(...blocks.flatMap((block) => /^event: (.*)$/m.exec(block)?.[1] ?? []))
      if (events.includes('heard')) caller.call.hangUp()
      if (events.includes('ended')) break
    }
    await caller.ended
    expect(events[0]).toBe('call')
    expect(events).toEqual(expect.arrayContaining(['sip', 'state', 'step', 'audio', 'heard']))
    expect(events.at(-1)).toBe('ended')
  })

  it('and the node stops without waiting for whoever watches', async () => {
    const answer = await fetch(`${address}/phones/${number}/events`)
    const asked = new Promise((resolve) => world.app.server.once('request', resolve))
    const waiting = fetch(`${address}/phones/${number}/calls?wait=60`)
    await asked
    await world.app.close()
    expect(await answer.text()).toContain(': events of one phone')
    expect(await (await waiting).json()).toMatchObject({ calls: [] })
  })
})
