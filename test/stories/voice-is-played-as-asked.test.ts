import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { HeardReport } from '../../src/phones/heard-report.ts'
import { demoNoteMs, demoNotesHz } from '../../src/speech/demo-voice.ts'
import { melody } from '../node/melody.ts'
import { NodeBench, type ServedNode } from '../node/served-node.ts'

const bench = new NodeBench()
let node: ServedNode

beforeAll(async () => {
  node = await bench.serve(await bench.folder())
})
afterAll(() => bench.close())

/** Plays the demo voice to a phone of its own. @returns what that heard */
async function hear(number: string, manner: { PlayTimes?: number; Volume?: number; Speed?: number }) {
  const callId = await node.client.playVoice(number, manner)
  expect(await node.client.ended(callId)).toMatchObject({ state: '200000' })
  await node.client.onlyPhoneCall(number)
  return node.client.heard(number)
}

const notesOf = ({ tones }: HeardReport) => melody(tones, demoNotesHz)

/** Sound, from the first note to the last one's end. */
function span({ stretches }: HeardReport): number {
  const sounds = stretches.filter(({ kind }) => kind !== 'silence')
  return (sounds.at(-1)?.toMs ?? 0) - (sounds[0]?.fromMs ?? 0)
}

/** Of the loudest stretch. */
const level = ({ stretches }: HeardReport) =>
  Math.max(...stretches.map((one) => (one.kind === 'silence' ? -100 : one.levelDb)))

const voiceMs = demoNoteMs * demoNotesHz.length

describe('SingleCallByVoice plays the file as it was asked to', () => {
  it.concurrent('once when PlayTimes is left out: every note, in order', async ({ expect }) => {
    const heard = await hear('13911110021', {})
    expect(notesOf(heard)).toEqual(demoNotesHz)
    expect(Math.abs(span(heard) - voiceMs)).toBeLessThan(250)
  })

  it.concurrent('three rounds, with a pause between them', async ({ expect }) => {
    const heard = await hear('13911110013', { PlayTimes: 3 })
    expect(notesOf(heard)).toEqual([...demoNotesHz, ...demoNotesHz, ...demoNotesHz])
    expect(span(heard)).toBeGreaterThan(3 * voiceMs)
  })

  it.concurrent('more softly when Volume is lower', async ({ expect }) => {
    const [full, soft] = await Promise.all([hear('13911110022', {}), hear('13911110023', { Volume: 20 })])
    expect(notesOf(soft)).toEqual(demoNotesHz)
    expect(level(full) - level(soft)).toBeGreaterThan(6)
  })

  it.concurrent('faster or more slowly at the same pitch, as Speed says', async ({ expect }) => {
    const [fast, slow] = await Promise.all([hear('13911110032', { Speed: 500 }), hear('13911110033', { Speed: -500 })])
    expect(new Set(notesOf(fast))).toEqual(new Set(demoNotesHz))
    expect(new Set(notesOf(slow))).toEqual(new Set(demoNotesHz))
    expect(span(fast)).toBeLessThan(0.7 * voiceMs)
    expect(span(slow)).toBeGreaterThan(1.4 * voiceMs)
  })
})
