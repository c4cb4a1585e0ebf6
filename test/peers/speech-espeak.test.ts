import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Prompt } from '../../src/domain/script/script.ts'
import { systemClock } from '../../src/lib/clock.ts'
import { silentLog } from '../../src/lib/log.ts'
import { readWav } from '../../src/media/codec/wav-reader.ts'
import { type RunningSpeech, startSpeech } from '../../src/speech/speech.ts'
import { espeakProgram } from '../../src/speech/tts/espeak-program.ts'
import { espeakWasm } from '../../src/speech/tts/espeak-wasm/espeak-wasm.ts'

/** Debian's espeak-ng and its WebAssembly build speak the prompts, each through the whole of `startSpeech`. */

const codePrompt = (code: string): Prompt => ({
  kind: 'speech',
  segments: [
    { text: '您的验证码是', manner: 'fluent' },
    { text: code, manner: 'spelled' },
    { text: '，五分钟内有效。', manner: 'fluent' },
  ],
})

async function samplesOf(file: string): Promise<Int16Array> {
  const { samples, sampleRateHz, channels } = readWav(await readFile(file))
  expect({ sampleRateHz, channels }).toEqual({ sampleRateHz: 8000, channels: 1 })
  return samples
}

function rms(samples: Int16Array): number {
  return Math.sqrt(samples.reduce((sum, one) => sum + one * one, 0) / samples.length)
}

describe.each([
  ['debian', /^espeak-ng [\d.]+ \(program\)$/],
  ['wasm', /^espeak-ng [\d.]+ \(WebAssembly\)$/],
] as const)('espeak-ng (%s)', (synthesizer, name) => {
  let cacheDir: string
  let speech: RunningSpeech

  beforeAll(async () => {
    cacheDir = await mkdtemp(join(tmpdir(), 'speech-espeak-'))
    speech = await startSpeech({
      cacheDir,
      log: silentLog,
      clock: systemClock,
      voices: async () => undefined,
      synthesizer,
    })
  })

  afterAll(async () => {
    await speech.close()
    await rm(cacheDir, { recursive: true })
  })

  it('says who it is', () => {
    expect(speech.synthesizer).toMatch(name)
  })

  it.each([
    // Syllables of a synthetic voice last 130 to 400 ms; a voice that reads pinyin in English needs half as long again.
    ['您的快递已经到了', 8, 130, 300],
    ['您好，张三先生，您预约的门诊时间是明天上午九点', 21, 130, 300],
    ['Your parcel has arrived', 6, 130, 400],
    ['请到A座取件', 5, 130, 400],
  ])('speaks %s audibly, in a plausible time', async (text, syllables, shortestMs, longestMs) => {
    const { file, durationMs } = await speech.speak(text)
    expect(durationMs / syllables).toBeGreaterThan(shortestMs)
    expect(durationMs / syllables).toBeLessThan(longestMs)
    const samples = await samplesOf(file)
    expect(samples.length / 8).toBeCloseTo(durationMs, 3)
    expect(rms(samples)).toBeGreaterThan(1500)
    expect(samples.reduce((most, one) => Math.max(most, Math.abs(one)), 0)).toBeLessThanOrEqual(26_500)
  })

  it('spells a code in digits and letters, every one of them audible and about as loud', async () => {
    const { files } = await speech.render(codePrompt('0123456789ABXZ'), { speed: 0 })
    const sounds = (await Promise.all(files.map(samplesOf))).filter((samples) => rms(samples) > 0)
    expect(sounds).toHaveLength(16)
    for (const samples of sounds) {
      expect(samples.length / 8).toBeGreaterThan(200)
      expect(rms(samples)).toBeGreaterThan(900)
      expect(rms(samples)).toBeLessThan(4500)
    }
  })

  it('plays a second code of known digits from the files of the first', async () => {
    const first = await speech.render(codePrompt('1234'), { speed: 0 })
    const second = await speech.render(codePrompt('4321'), { speed: 0 })
    expect(new Set(second.files)).toEqual(new Set(first.files))
  })

  it('takes the tempo that was asked for', async () => {
    const normal = await speech.render(codePrompt('1234'), { speed: 0 })
    const fast = await speech.render(codePrompt('1234'), { speed: 250 })
    expect(fast.durationMs).toBeLessThan(normal.durationMs * 0.8)
    expect(await samplesOf(fast.files[0] ?? '')).not.toHaveLength(0)
  })
})

describe('the two builds', () => {
  it('say the same in about the same time: both speak Mandarin', async () => {
    const program = await espeakProgram({ clock: systemClock })
    const wasm = await espeakWasm({ log: silentLog, clock: systemClock })
    try {
      for (const text of ['您的验证码是', '会议改在三号楼', '幺二三四五六七八九零']) {
        const seconds = await Promise.all(
          [program, wasm].map(async (one) => {
            const sound = await one?.synthesize(text, 'cmn')
            return (sound?.samples.length ?? 0) / (sound?.rateHz ?? 1)
          }),
        )
        const [byProgram = 0, byWasm = 0] = seconds
        expect(byProgram / byWasm).toBeGreaterThan(0.85)
        expect(byProgram / byWasm).toBeLessThan(1.15)
      }
    } finally {
      await Promise.all([program?.close(), wasm?.close()])
    }
  })

  it('take whatever text there is as text, not as an option, a file or a command', async () => {
    const program = await espeakProgram({ clock: systemClock })
    for (const text of ['--version', '-w /tmp/x', '$(id)', '`id`', '<speak>one</speak>', '; one']) {
      const sound = await program?.synthesize(text, 'en')
      expect(sound?.samples.some((sample) => Math.abs(sample) > 1000)).toBe(true)
    }
  })
})

describe('the WebAssembly process', () => {
  it('is started again when it is killed, and does the phrase it was killed over', async () => {
    const wasm = await espeakWasm({ log: silentLog, clock: systemClock })
    if (wasm?.pid === undefined) throw new Error('the WebAssembly process did not start')
    try {
      const before = wasm.pid
      const speaking = wasm.synthesize('您的快递已经到了，请到三号楼取件', 'cmn')
      process.kill(before, 'SIGKILL')
      expect((await speaking).samples.length).toBeGreaterThan(22_050)
      expect(wasm.pid).not.toBe(before)
      expect((await wasm.synthesize('hello', 'en')).samples.length).toBeGreaterThan(2000)
    } finally {
      await wasm.close()
    }
    expect(wasm.pid).toBeUndefined()
  })
})
