import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { PushItem } from './ports.ts'
import { largestPush, PushLine } from './push-line.ts'

function item(id: number, callId = `call-${id}`): PushItem {
  const url = 'http://receiver.test/'
  return { id: String(id), accountId: '1', messageType: 'VoiceReport', callId, url, body: '{}', attempts: 0 }
}

const ids = (batch: readonly PushItem[]) => batch.map((one) => one.id)

describe('PushLine', () => {
  it('lets batches of fifty leave, four at a time', () => {
    const line = new PushLine()
    for (let id = 0; id < 230; id++) line.add(item(id), 1_000)
    const batches = [1, 2, 3, 4, 5].map(() => line.take(0))
    expect(batches.map((one) => one.length)).toEqual([50, 50, 50, 50, 0])
    line.done(batches[0] ?? [])
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
    line.done(first)
    expect(ids(line.take(0))).toEqual(['2'])
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
            line.done(back ?? [])
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
