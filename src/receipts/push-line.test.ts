import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { PushItem } from './ports.ts'
import { largestPush, PushLine } from './push-line.ts'

function item(id: number, callId = `call-${id}`, messageType = 'VoiceReport'): PushItem {
  const target = { accountId: '1', url: 'http://receiver.test/' }
  const fresh = { body: '{}', attempts: 0, signingSecret: undefined, leasedUntil: 1_000 }
  return { id: String(id), messageType, callId, ...target, ...fresh }
}

const ids = (batch: readonly PushItem[]) => batch.map((one) => one.id)

describe('PushLine', () => {
  it('lets batches of fifty leave, four at a time', () => {
    const line = new PushLine()
    for (let id = 0; id < 230; id++) line.add(item(id), 1_000)
    const batches = [1, 2, 3, 4, 5].map(() => line.take(0))
    expect(batches.map((one) => one.length)).toEqual([50, 50, 50, 50, 0])
    line.done(batches[0] ?? [], true)
    expect(line.take(0)).toHaveLength(30)
    expect(line.length).toBe(180)
  })

  it('lets one batch leave while its target fails', () => {
    const line = new PushLine()
    line.isFailing = true
    for (let id = 0; id < 99; id++) line.add(item(id), 1_000)
    expect(line.isFull).toBe(false)
    line.add(item(99), 1_000)
    expect(line.isFull).toBe(true)
    expect(line.take(0)).toHaveLength(largestPush)
    expect(line.take(0)).toEqual([])
  })

  it('keeps the receipts of a call until the earlier ones are back', () => {
    const line = new PushLine()
    line.add(item(1, 'a'), 1_000)
    const first = line.take(0)
    line.add(item(2, 'a'), 1_000)
    line.add(item(3, 'b'), 1_000)
    expect(ids(line.take(0))).toEqual(['3'])
    line.done(first, true)
    expect(ids(line.take(0))).toEqual(['2'])
  })

  it('keeps the order of a call across types, one type to a batch', () => {
    const line = new PushLine()
    line.add(item(1, 'a', 'VoiceCallReport'), 1_000)
    line.add(item(2, 'a'), 1_000)
    line.add(item(3, 'b', 'VoiceCallReport'), 1_000)
    line.add(item(4, 'a', 'VoiceCallReport'), 1_000)
    line.add(item(5, 'c'), 1_000)
    const first = line.take(0)
    // 4 comes after 2, which is of another type and stays.
    expect(ids(first)).toEqual(['1', '3'])
    expect(ids(line.take(0))).toEqual(['5'])
    line.done(first, true)
    expect(ids(line.take(0))).toEqual(['2'])
  })

  it('withdraws what comes after a receipt that was not accepted', () => {
    const line = new PushLine()
    line.add(item(1, 'a'), 1_000)
    const first = line.take(0)
    line.add(item(2, 'a'), 1_000)
    line.add(item(3, 'a'), 1_000)
    const other = [item(4, 'b')]
    for (const one of other) line.add(one, 1_000)
    expect(ids(line.done(first, false))).toEqual(['2', '3'])
    expect(ids(line.take(0))).toEqual(['4'])
    line.add(item(5, 'c'), 1_000)
    expect(ids(line.empty())).toEqual(['5'])
    expect(line.length).toBe(1)
  })

  it('forgets what it may not keep any longer', () => {
    const line = new PushLine()
    line.add(item(1), 1_000)
    line.add(item(2), 2_000)
    expect(ids(line.take(1_000))).toEqual(['2'])
    expect(line.length).toBe(1)
  })

  it('loses nothing, doubles nothing and keeps the order of every call, whatever comes back when', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(5), { maxLength: 300 }), fc.infiniteStream(fc.nat(3)), (calls, choices) => {
        const line = new PushLine()
        const sent: PushItem[] = []
        const away: PushItem[][] = []
        calls.forEach((call, id) => void line.add(item(id, `call-${call}`), 1_000))
        while (!line.isEmpty) {
          const batch = line.take(0)
          if (batch.length > 0) {
            const onTheWay = new Set(away.flat().map((one) => one.callId))
            expect(batch.some((one) => onTheWay.has(one.callId))).toBe(false)
            sent.push(...batch)
            away.push(batch)
          } else {
            const [back] = away.splice((choices.next().value ?? 0) % away.length, 1)
            line.done(back ?? [], true)
          }
        }
        expect(ids(sent).sort()).toEqual(calls.map((_, id) => String(id)).sort())
        for (let call = 0; call <= 5; call++) {
          const own = sent.filter((one) => one.callId === `call-${call}`).map((one) => Number(one.id))
          expect(own).toEqual([...own].sort((a, b) => a - b))
        }
      }),
    )
  })
})
