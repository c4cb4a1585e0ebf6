import { expect, test } from 'vitest'
import { silentLog } from '../lib/log.ts'
import { joinSamples } from '../media/tone/join-samples.ts'
import { makeTone } from '../media/tone/make-tone.ts'
import { PrintIndex } from './matching/print-index.ts'
import { createNetworkEar } from './network-ear.ts'

test('the log tells how certain a finding is in two digits', () => {
  const told: object[] = []
  const log = { ...silentLog, info: (fields: object) => void told.push(fields) }
  const hearing = createNetworkEar({ library: { index: new PrintIndex([]) }, log }).begin('1^1', () => {})
  // A busy tone whose pauses are a little long.
  const beat = joinSamples([makeTone([450], 350, -13), new Int16Array(8 * 373)])
  for (let i = 0; i < 12; i++) hearing.hear(beat)
  expect(told).toEqual([expect.objectContaining({ callId: '1^1', kind: 'tone', outcome: 'busy' })])
  expect(JSON.stringify(told)).toMatch(/"confidence":(1|0\.\d\d?)\}/)
})
