import { describe, expect, it } from 'vitest'
import { FakeClock } from '../../fakes/fake-clock.ts'
import { FaultyLine, seededRandom } from './line-faults.ts'
import type { LineFaults } from './media.ts'

/** Sends 0, 1, 2 … over the line, one every 20 ms; tells what arrived and when. */
async function sendOver(faults: LineFaults, count: number): Promise<{ arrived: number[]; atMs: number[] }> {
  const clock = new FakeClock()
  const line = new FaultyLine({ seed: 1, ...faults }, clock)
  const arrived: number[] = []
  const atMs: number[] = []
  const packet = Buffer.alloc(4)
  for (let n = 0; n < count; n++) {
    packet.writeUInt32BE(n)
    line.send(packet, (passed) => {
      arrived.push(passed.readUInt32BE())
      atMs.push(clock.monotonicMs())
    })
    await clock.advance(20)
  }
  await clock.advance(1000)
  return { arrived, atMs }
}

const inOrder = (count: number) => Array.from({ length: count }, (_, n) => n)

describe('a line', () => {
  it('without faults passes everything at once', async () => {
    expect(await sendOver({}, 3)).toEqual({ arrived: [0, 1, 2], atMs: [0, 20, 40] })
  })

  it('that is mute passes nothing', async () => {
    expect((await sendOver({ mute: true }, 3)).arrived).toEqual([])
  })

  it('loses the share it is told to, the same packets for the same seed', async () => {
    const { arrived } = await sendOver({ loss: 0.3 }, 1000)
    expect(arrived.length).toBeGreaterThan(650)
    expect(arrived.length).toBeLessThan(750)
    expect((await sendOver({ loss: 0.3 }, 1000)).arrived).toEqual(arrived)
    expect((await sendOver({ loss: 0.3, seed: 2 }, 1000)).arrived).not.toEqual(arrived)
  })

  it('doubles packets', async () => {
    expect((await sendOver({ duplicate: 1 }, 3)).arrived).toEqual([0, 0, 1, 1, 2, 2])
  })

  it('delays packets, evenly or with jitter, and keeps their order', async () => {
    expect((await sendOver({ delayMs: 50 }, 3)).atMs).toEqual([50, 70, 90])
    const { arrived, atMs } = await sendOver({ delayMs: 10, jitterMs: 100 }, 300)
    expect(arrived).toEqual(inOrder(300))
    const late = atMs.map((at, n) => at - n * 20)
    expect(Math.min(...late)).toBeLessThan(30)
    expect(Math.max(...late)).toBeGreaterThan(80)
    expect(Math.max(...late)).toBeLessThanOrEqual(110)
  })

  it('lets packets overtake each other', async () => {
    const { arrived } = await sendOver({ reorder: 0.2 }, 300)
    expect(arrived).not.toEqual(inOrder(300))
    expect(arrived.toSorted((a, b) => a - b)).toEqual(inOrder(300))
  })

  it('forgets what is under way when it is closed', () => {
    const clock = new FakeClock()
    const line = new FaultyLine({ delayMs: 10 }, clock)
    line.send(Buffer.alloc(1), () => expect.unreachable())
    line.close()
    expect(clock.pendingTimers).toBe(0)
  })
})

describe('seeded randomness', () => {
  it('is spread evenly over 0 … 1', () => {
    const random = seededRandom(42)
    const drawn = Array.from({ length: 10_000 }, random)
    expect(Math.min(...drawn)).toBeGreaterThanOrEqual(0)
    expect(Math.max(...drawn)).toBeLessThan(1)
    expect(drawn.reduce((sum, n) => sum + n, 0) / drawn.length).toBeCloseTo(0.5, 1)
  })
})
