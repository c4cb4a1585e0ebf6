import { describe, expect, test } from 'vitest'
import { registrar } from '../../../fakes/sip-registrar.ts'

describe('an end that is reached elsewhere', () => {
  const contacts = ({ arrived }: Awaited<ReturnType<typeof registrar>>) =>
    arrived.map(({ request: { headers } }) => headers.all('contact'))
  const before = '<sip:057128880000@192.0.2.1:5060>'
  const after = '<sip:057128880000@198.51.100.7:5060>'

  test('tells the registrar at once, and takes back where it was', async () => {
    const registered = await registrar([])
    const { agent, clock, registration, last } = registered
    agent.advertise('198.51.100.7')
    await clock.advance(0)
    await registration.close()
    expect(contacts(registered)).toEqual([
      [`${before};expires=3600`],
      [`${after};expires=3600`, `${before};expires=0`],
      [`${after};expires=0`],
    ])
    expect(last()?.first('via')).toContain('198.51.100.7:5060')
  })

  test('while it registers, does so once more', async () => {
    const registered = await registrar(['silence'])
    const { agent, clock } = registered
    agent.advertise('198.51.100.7')
    await clock.advance(500)
    expect(contacts(registered)).toEqual([
      [`${before};expires=3600`],
      [`${before};expires=3600`],
      [`${after};expires=3600`, `${before};expires=0`],
    ])
    await clock.advance(60_000)
    expect(registered.arrived).toHaveLength(3)
  })

  test('takes back where it was for as long as the registrar holds that, and no longer', async () => {
    const refusals = Array.from({ length: 30 }, () => ({ status: 400 }))
    const registered = await registrar([{ status: 200 }, ...refusals])
    registered.agent.advertise('198.51.100.7')
    await registered.clock.advance(60_000)
    expect(contacts(registered).at(-1)).toEqual([`${after};expires=3600`, `${before};expires=0`])
    await registered.clock.advance(2 * 3_600_000)
    expect(contacts(registered).at(-1)).toEqual([`${after};expires=3600`])
  })

  test('and is no more registered, tells it with its next attempt', async () => {
    const registered = await registrar([{ status: 403 }])
    registered.agent.advertise('198.51.100.7')
    await registered.clock.advance(0)
    expect(registered.arrived).toHaveLength(1)
    await registered.clock.advance(60_000)
    expect(contacts(registered).at(-1)).toEqual([`${after};expires=3600`])
  })
})
