import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Prompt } from '../src/domain/script/script.ts'
import { systemClock } from '../src/lib/clock.ts'
import { silentLog } from '../src/lib/log.ts'
import { startSpeech } from '../src/speech/speech.ts'
import type { Report } from './report.ts'

const rounds = 5
const cachedRenders = 2000
const fixedText = '您好，您的验证码是'
const endText = '，五分钟内有效，请勿告诉他人。'

/**
 * What a caller waits for a prompt: a template that was never spoken (beside a bare run of the espeak-ng program over
 * the same text), a code with new digits, and codes whose digits are known, which must cost no synthesis.
 */
export const bench = {
  name: 'speech',
  summary: 'rendering a verification code: first, with new digits, from the cache; program and WebAssembly',
  async run(report: Report): Promise<void> {
    for (const synthesizer of ['debian', 'wasm'] as const) {
      const all: Measured[] = []
      for (let round = 0; round < rounds; round++) {
        report.progress(`${synthesizer}, round ${round + 1} of ${rounds}`)
        all.push(await measure(synthesizer))
      }
      const figure = (name: string, unit: string, of: (one: Measured) => number) => {
        const runs = all.map(of)
        report.figure({ figure: `${name} (${synthesizer})`, value: median(runs), unit, runs })
      }
      if (synthesizer === 'debian') {
        const runs = all.map((one) => one.firstMs)
        const bare: number[] = []
        for (let run = 0; run < rounds; run++) bare.push(await bareProgramMs())
        const yardstick = median(bare)
        const value = median(runs)
        report.figure({ figure: 'first render (debian)', value, unit: 'ms', yardstick, ratio: value / yardstick, runs })
      } else {
        figure('first render', 'ms', (one) => one.firstMs)
      }
      figure('start', 'ms', (one) => one.startMs)
      figure('four new digits', 'ms', (one) => one.newDigitsMs)
      figure('known digits', 'renders/s', (one) => one.cachedPerSecond)
    }
  },
}

interface Measured {
  startMs: number
  firstMs: number
  newDigitsMs: number
  cachedPerSecond: number
}

async function measure(synthesizer: 'debian' | 'wasm'): Promise<Measured> {
  const cacheDir = await mkdtemp(join(tmpdir(), 'bench-speech-'))
  const begin = performance.now()
  const speech = await startSpeech({
    cacheDir,
    log: silentLog,
    clock: systemClock,
    voices: async () => undefined,
    synthesizer,
  })
  const startMs = performance.now() - begin
  const renderMs = async (code: string) => {
    const from = performance.now()
    await speech.render(codePrompt(code), { speed: 0 })
    return performance.now() - from
  }
  try {
    const firstMs = await renderMs('1234')
    const newDigitsMs = await renderMs('5678')
    const from = performance.now()
    for (let i = 0; i < cachedRenders; i++) await renderMs(['1357', '2468', '8421', '7766'][i % 4] ?? '1234')
    return { startMs, firstMs, newDigitsMs, cachedPerSecond: cachedRenders / ((performance.now() - from) / 1000) }
  } finally {
    await speech.close()
    await rm(cacheDir, { recursive: true })
  }
}

function codePrompt(code: string): Prompt {
  return {
    kind: 'speech',
    segments: [
      { text: fixedText, manner: 'fluent' },
      { text: code, manner: 'spelled' },
      { text: endText, manner: 'fluent' },
    ],
  }
}

/** One bare run of the program over the whole text, its output dropped. */
async function bareProgramMs(): Promise<number> {
  const from = performance.now()
  const args = ['-b', '1', '-v', 'cmn-latn-pinyin', '--stdout', `${fixedText}1234${endText}`]
  await promisify(execFile)('espeak-ng', args, { encoding: 'buffer', maxBuffer: 20_000_000 })
  return performance.now() - from
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[sorted.length >> 1] ?? Number.NaN
}
