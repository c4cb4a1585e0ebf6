import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { FakeClock } from '../../../fakes/fake-clock.ts'
import { SpeechUnavailable } from '../../engine/ports.ts'
import { silentLog } from '../../lib/log.ts'
import { chooseSynthesizer, type SynthesizerAdapters } from './choose-synthesizer.ts'
import { firstMandarinVoice } from './mandarin-voice.ts'
import type { Synthesizer } from './synthesizer.ts'

const search = (choice: 'auto' | 'debian' | 'http' | 'wasm') => ({ choice, log: silentLog, clock: new FakeClock() })

/** @param loudness peak of what it says, per language */
function synthesizer(name: string, loudness: { cmn: number; en: number }, closed: string[]): Synthesizer {
  return {
    name,
    identity: name,
    synthesize: async (_text, language) => ({ samples: Int16Array.of(loudness[language]), rateHz: 8000 }),
    close: async () => void closed.push(name),
  }
}

describe('the automatic choice', () => {
  const loud = { cmn: 9000, en: 9000 }
  let closed: string[]
  beforeEach(() => {
    closed = []
  })
  const missing = async () => undefined
  const adapters = (some: Partial<SynthesizerAdapters>) => ({ debian: missing, wasm: missing, http: missing, ...some })

  it('is the program when it is there', async () => {
    const both = adapters({
      debian: async () => synthesizer('program', loud, closed),
      wasm: async () => synthesizer('wasm', loud, closed),
    })
    expect((await chooseSynthesizer(search('auto'), both)).name).toBe('program')
  })

  it('is WebAssembly when the program is missing, broken, or silent in one language', async () => {
    const wasm = async () => synthesizer('wasm', loud, closed)
    const broken = () => Promise.reject(new Error('no Mandarin voice'))
    const silent = async () => synthesizer('program', { cmn: 0, en: 9000 }, closed)
    for (const debian of [missing, broken, silent]) {
      expect((await chooseSynthesizer(search('auto'), adapters({ debian, wasm }))).name).toBe('wasm')
    }
    expect(closed).toEqual(['program'])
  })

  it('fails when there is nothing, and names everything that would help', async () => {
    const choosing = chooseSynthesizer(search('auto'), adapters({}))
    await expect(choosing).rejects.toBeInstanceOf(SpeechUnavailable)
    await expect(choosing).rejects.toThrow(
      'No speech synthesiser, so no prompt could be spoken: ' +
        'debian is not there (install the program: apt-get install espeak-ng); ' +
        'wasm is not there (install the optional package: npm install @echogarden/espeak-ng-emscripten).',
    )
  })
})

describe('without a synthesiser', () => {
  beforeEach(() => void vi.stubEnv('PATH', '/nowhere'))
  afterEach(() => void vi.unstubAllEnvs())

  it.each([
    ['debian', 'apt-get install espeak-ng'],
    ['http', 'set the address of a speech server'],
  ] as const)('%s says what to do', async (choice, remedy) => {
    const choosing = chooseSynthesizer(search(choice))
    await expect(choosing).rejects.toBeInstanceOf(SpeechUnavailable)
    await expect(choosing).rejects.toThrow(remedy)
  })
})

describe('the Mandarin voice of espeak-ng', () => {
  it('is the plain one where it works', async () => {
    expect(await firstMandarinVoice(async () => "n'i35n_| X'Au214_| m'A21_|")).toBe('cmn')
  })

  it('is the one for pinyin where the plain one reads pinyin as English', async () => {
    const voice = firstMandarinVoice(async (name) =>
      name === 'cmn' ? "(en)nI55nt'u:55_| ma11Tri:11(cmn)_|" : "n'i35n_| m'A21_|",
    )
    expect(await voice).toBe('cmn-latn-pinyin')
  })

  it('is the one that exists', async () => {
    const voice = firstMandarinVoice(async (name) => (name === 'cmn' ? undefined : "n'i35n_|"))
    expect(await voice).toBe('cmn-latn-pinyin')
  })

  it('is not looked for in an engine that fails', async () => {
    const voice = firstMandarinVoice(() => Promise.reject(new Error('took longer than 10000 ms')))
    await expect(voice).rejects.toThrow('took longer')
  })

  it('is missing where nothing is said', async () => {
    expect(await firstMandarinVoice(async () => '\n')).toBeUndefined()
  })
})
