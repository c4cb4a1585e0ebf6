import { describe, expect, test } from 'vitest'
import { FakeClock } from '../../../fakes/fake-clock.ts'
import type { Arrows } from './arrows.ts'
import { inviteClient, nonInviteClient } from './client-tables.ts'
import { inviteServer, nonInviteServer } from './server-tables.ts'
import { timerBase, timerMs } from './timers.ts'
import { Transaction } from './transaction.ts'

type Table = Arrows<string, string, string>

/** A transaction that starts anywhere and writes down what it does. */
class Probe extends Transaction<string, string, string> {
  readonly acts: string[] = []
  isOver = false

  constructor(table: Table, start: string, clock: FakeClock, isReliable = false) {
    const terminated = () => {
      this.isOver = true
    }
    super(table, start, { clock, isReliable, timers: timerBase(), terminated })
  }

  /** @returns whether the state knew the event */
  take(event: string): boolean {
    return this.fire(event)
  }

  protected override perform(act: string): void {
    this.acts.push(act)
  }
}

const machines: Record<string, Table> = { inviteClient, nonInviteClient, inviteServer, nonInviteServer }

const events = [
  ...['provisional', 'success', 'failure', 'transportError', 'abandon', 'stopRepeating'],
  ...['request', 'ack', 'sendProvisional', 'sendSuccess', 'sendFailure'],
  ...[...'ABDEFGHIJKLM'].map((letter) => `timer${letter}`),
]

describe.each(Object.entries(machines))('%s', (_, table) => {
  const pairs = Object.keys(table).flatMap((state) => events.map((event): [string, string] => [state, event]))

  test.each(pairs)('%s × %s does what the table says and nothing else', (state, event) => {
    const clock = new FakeClock()
    const probe = new Probe(table, state, clock)
    const arrow = table[state]?.[event]
    expect(probe.take(event)).toBe(arrow !== undefined)
    expect(probe.state).toBe(arrow?.to ?? state)
    expect(probe.acts).toEqual(arrow?.act === undefined ? [] : [arrow.act])
    expect(clock.pendingTimers).toBe(arrow?.start?.length ?? 0)
    expect(probe.isOver).toBe(arrow?.to === 'terminated')
  })

  test('knows no event and leads to no state beside these', () => {
    for (const arrows of Object.values(table)) {
      for (const [event, arrow] of Object.entries(arrows)) {
        expect(events).toContain(event)
        expect(Object.keys(table)).toContain(arrow?.to)
      }
    }
  })

  test('comes to its end by itself after every arrow that sets timers anew', async () => {
    for (const [from, arrows] of Object.entries(table)) {
      for (const [event, arrow] of Object.entries(arrows)) {
        if (arrow?.start === undefined || arrow.keep === true) continue
        const clock = new FakeClock()
        const probe = new Probe(table, from, clock)
        probe.take(event)
        await clock.advance(200_000)
        expect([from, event, probe.state, clock.pendingTimers]).toEqual([from, event, 'terminated', 0])
      }
    }
  })
})

describe('timers', () => {
  const base = timerBase()

  test('retransmissions of an INVITE double without end, others stop at T2', () => {
    const rounds = [0, 1, 2, 3, 4, 5]
    expect(rounds.map((round) => timerMs('A', base, round, false))).toEqual([500, 1000, 2000, 4000, 8000, 16000])
    expect(rounds.map((round) => timerMs('E', base, round, false))).toEqual([500, 1000, 2000, 4000, 4000, 4000])
    expect(rounds.map((round) => timerMs('G', base, round, false))).toEqual([500, 1000, 2000, 4000, 4000, 4000])
  })

  test('over TCP nothing is sent again and late copies are not waited for', () => {
    const over = (isReliable: boolean) =>
      [...'ABDEFGHIJKLM'].map((name) => timerMs(timerName(name), base, 0, isReliable))
    expect(over(false)).toEqual([500, 32000, 32000, 500, 32000, 500, 32000, 5000, 32000, 5000, 32000, 32000])
    expect(over(true)).toEqual([undefined, 32000, 0, undefined, 32000, undefined, 32000, 0, 0, 0, 32000, 32000])
  })

  test('a timer of no time at all still lets the answer pass first', async () => {
    const clock = new FakeClock()
    const probe = new Probe(nonInviteClient, 'trying', clock, true)
    probe.take('success')
    expect([probe.state, probe.acts]).toEqual(['completed', ['pass']])
    await clock.advance(0)
    expect([probe.state, probe.isOver, clock.pendingTimers]).toEqual(['terminated', true, 0])
  })
})

function timerName(letter: string): Parameters<typeof timerMs>[0] {
  const names = ['A', 'B', 'D', 'E', 'F', 'G', 'H', 'I', 'J', 'K', 'L', 'M'] as const
  const found = names.find((name) => name === letter)
  if (found === undefined) throw new Error(`no timer ${letter}`)
  return found
}
