import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { FakeClock } from '../../fakes/fake-clock.ts'
import type { Prompt } from '../domain/script/script.ts'
import { SpeechUnavailable } from '../engine/ports.ts'
import { silentLog } from '../lib/log.ts'
import { readWav } from '../media/codec/wav-reader.ts'
import { writeWav } from '../media/codec/wav-writer.ts'
import type { AudioHelper } from './audio/audio-helper.ts'
import { doAudioJob } from './audio/audio-jobs.ts'
import { AudioCache } from './cache/audio-cache.ts'
import { HelperRefused } from './process/helper-process.ts'
import { joinSpeech, type RunningSpeech } from './speech.ts'
import type { Synthesizer } from './tts/synthesizer.ts'
import { VoiceFiles } from './voice/voice-files.ts'

let dir: string
let clock: FakeClock
let said: string[]
let stored: Map<string, Buffer>
let fetched: number

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'speech-'))
  clock = new FakeClock()
  said = []
  stored = new Map()
  fetched = 0
})

afterEach(() => rm(dir, { recursive: true }))

/** Says every character as 100 ms of tone, between 200 ms of silence, at 16 kHz. Has no reading for 龘 and 默. */
const fakeSynthesizer: Synthesizer = {
  name: 'fake',
  identity: 'fake 1',
  async synthesize(text, language) {
    said.push(`${language}:${text}`)
    if (text === '坏') throw new Error('out of order')
    const silent = /^[默\u{20000}-\u{2ffff}]+$/u.test(text)
    const sounding = silent ? 0 : [...text].length * 1600
    const samples = new Int16Array(3200 + sounding + 3200)
    for (let i = 0; i < sounding; i++) samples[3200 + i] = Math.round(4000 * Math.sin((2 * Math.PI * 500 * i) / 16_000))
    return { samples, rateHz: 16_000 }
  },
  async close() {},
}

/** Does audio jobs here, and reports failures as the process does. */
const audioHere: AudioHelper = {
  async run(job) {
    try {
      return Buffer.from(await doAudioJob(job))
    } catch (error) {
      if (error instanceof Error) throw new HelperRefused(error.name, error.message)
      throw error
    }
  },
  async close() {},
}

async function open(): Promise<RunningSpeech> {
  const cache = await AudioCache.open({ dir, mostBytes: 10_000_000, clock, log: silentLog })
  const source = async (accountId: string, voiceCode: string) => {
    fetched += 1
    return stored.get(`${accountId}/${voiceCode}`)
  }
  const voices = new VoiceFiles({ source, cache, audio: audioHere, clock })
  return joinSpeech({ synthesizer: fakeSynthesizer, cache, audio: audioHere, voices })
}

function codePrompt(code: string): Prompt {
  return {
    kind: 'speech',
    segments: [
      { text: '您的验证码是', manner: 'fluent' },
      { text: code, manner: 'spelled' },
      { text: '，请勿泄露。', manner: 'fluent' },
    ],
  }
}

const fluent = (text: string): Prompt => ({ kind: 'speech', segments: [{ text, manner: 'fluent' }] })

describe('a spoken prompt', () => {
  it('is rendered in pieces, each trimmed and with its gap', async () => {
    const speech = await open()
    const { files, durationMs } = await speech.render(codePrompt('12'), { speed: 0 })
    const lengths = await Promise.all(files.map(async (file) => readWav(await readFile(file)).samples.length / 8))
    // Phrases: 100 ms a character, 15 ms margin on either side (in frames of 5 ms), and the gap.
    expect(lengths).toEqual([660, 200, 250, 250, 200, 460])
    expect(durationMs).toBe(660 + 200 + 250 + 250 + 200 + 460)
  })

  it('costs no synthesis for a second code whose digits are known', async () => {
    const speech = await open()
    await speech.render(codePrompt('1234'), { speed: 0 })
    said = []
    await speech.render(codePrompt('4213'), { speed: 0 })
    expect(said).toEqual([])
    await speech.render(codePrompt('4215'), { speed: 0 })
    expect(said).toEqual(['cmn:五'])
  })

  it('is synthesised once when many calls want it at once, each digit too', async () => {
    const speech = await open()
    await Promise.all(Array.from({ length: 20 }, () => speech.render(codePrompt('1111'), { speed: 0 })))
    expect(said.sort()).toEqual(['cmn:幺', 'cmn:您的验证码是', 'cmn:请勿泄露'])
  })

  it('is faster or slower without another synthesis', async () => {
    const speech = await open()
    const normal = await speech.render(fluent('您的快递到了'), { speed: 0 })
    const fast = await speech.render(fluent('您的快递到了'), { speed: 500 })
    const slow = await speech.render(fluent('您的快递到了'), { speed: -500 })
    expect(fast.durationMs).toBeCloseTo(normal.durationMs / 2, 0)
    expect(slow.durationMs).toBeCloseTo(normal.durationMs * 2, 0)
    expect(said).toEqual(['cmn:您的快递到了'])
  })

  it('is a failure the engine knows when it cannot be spoken, is silent, or says nothing', async () => {
    const speech = await open()
    const rendering = (text: string) => expect(speech.render(fluent(text), { speed: 0 })).rejects
    await rendering('坏').toBeInstanceOf(SpeechUnavailable)
    await rendering('坏').toThrow('out of order')
    await rendering('默').toThrow('the synthesiser gave silence for words')
    await rendering('……').toThrow('there is nothing to say in the prompt')
  })

  it('is not lost over a rare character that no engine can read', async () => {
    const speech = await open()
    expect((await speech.render(fluent('\u{2a6a5}'), { speed: 0 })).durationMs).toBe(30)
  })
})

describe('a stored voice', () => {
  const voice: Prompt = { kind: 'voice', accountId: '1000000001', voiceCode: 'a.wav' }
  const half = writeWav(new Int16Array(4000).fill(100))

  it('is one file, as it was stored, fetched once for a while', async () => {
    stored.set('1000000001/a.wav', half)
    const speech = await open()
    const first = await speech.render(voice, { speed: 0 })
    expect(first.durationMs).toBe(500)
    expect(await readFile(first.files[0] ?? '')).toEqual(half)
    expect(await speech.render(voice, { speed: 0 })).toEqual(first)
    expect(fetched).toBe(1)
  })

  it('that is replaced is heard after five seconds', async () => {
    stored.set('1000000001/a.wav', half)
    const speech = await open()
    await speech.render(voice, { speed: 0 })
    stored.set('1000000001/a.wav', writeWav(new Int16Array(8000).fill(100)))
    await clock.advance(5000)
    expect((await speech.render(voice, { speed: 0 })).durationMs).toBe(1000)
  })

  it('in another form is converted', async () => {
    stored.set('1000000001/a.wav', writeWav(new Int16Array(8000), 16_000))
    expect((await (await open()).render(voice, { speed: 0 })).durationMs).toBe(500)
  })

  it('takes the tempo that was asked for', async () => {
    stored.set('1000000001/a.wav', half)
    expect((await (await open()).render(voice, { speed: 500 })).durationMs).toBe(250)
  })

  it('that is not stored is a failure the engine knows', async () => {
    await expect((await open()).render(voice, { speed: 0 })).rejects.toThrow('voice file a.wav is not stored')
    await expect((await open()).render(voice, { speed: 0 })).rejects.toBeInstanceOf(SpeechUnavailable)
  })
})

describe('a sentence spoken into one file', () => {
  it('holds all its pieces', async () => {
    const speech = await open()
    const { file, durationMs } = await speech.speak('您好！您的快递到了。')
    expect(durationMs).toBe(260 + 400 + 660)
    expect(readWav(await readFile(file)).samples.length / 8).toBe(durationMs)
  })
})

describe('an uploaded recording', () => {
  it('is converted, or refused with the reason', async () => {
    const speech = await open()
    const { durationMs } = await speech.convertVoice(writeWav(new Int16Array(16_000), 16_000))
    expect(durationMs).toBe(1000)
    await expect(speech.convertVoice(Buffer.from('no sound'))).rejects.toMatchObject({ name: 'VoiceRefused' })
    await expect(speech.convertVoice(Buffer.alloc(30_000_000))).rejects.toThrow('at most 20971520 are taken')
  })
})
