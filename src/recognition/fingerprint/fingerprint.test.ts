import { describe, expect, it } from 'vitest'
import { babble } from '../../../fakes/babble.ts'
import { bitCount } from './bit-count.ts'
import { fingerprintOf, frameSeconds } from './fingerprint.ts'
import { readFingerprint, writeFingerprint } from './fingerprint-bytes.ts'
import { StreamPrints } from './stream-prints.ts'

describe('the fingerprint of a recording', () => {
  const sound = babble({ seed: 8 }, 10)
  const print = fingerprintOf(sound)

  it('has a frame each 16 ms, and reliable bits where there is sound', () => {
    expect(print.bits.length).toBeCloseTo((sound.length / 8000 - 0.128) / frameSeconds, -1)
    const sounding = print.weights.filter((weight) => weight > 0)
    expect(sounding.length).toBeGreaterThan(print.weights.length * 0.7)
    expect([...print.masks].map(bitCount)).toEqual([...print.weights])
  })

  it('is found again in a stream of the same sound', () => {
    const heard: (number | undefined)[] = []
    new StreamPrints((bits) => heard.push(bits)).hear(sound)
    let agree = 0
    let reliable = 0
    heard.forEach((bits, i) => {
      if (bits === undefined) return
      reliable += print.weights[2 * i] ?? 0
      agree += (print.weights[2 * i] ?? 0) - bitCount((bits ^ (print.bits[2 * i] ?? 0)) & (print.masks[2 * i] ?? 0))
    })
    expect(agree / reliable).toBeGreaterThan(0.93)
  })

  it('of silence, and of nothing, says nothing', () => {
    expect([...fingerprintOf(new Int16Array(16_000)).weights].every((weight) => weight === 0)).toBe(true)
    expect(fingerprintOf(new Int16Array(10)).bits.length).toBe(0)
  })

  it('is read as it was written', () => {
    expect(readFingerprint(writeFingerprint(print))).toEqual(print)
  })

  it('of another version is not read', () => {
    const bytes = writeFingerprint(print)
    bytes.writeUInt8(0, 0)
    expect(readFingerprint(bytes)).toBeUndefined()
    expect(readFingerprint(Buffer.alloc(0))).toBeUndefined()
  })
})
