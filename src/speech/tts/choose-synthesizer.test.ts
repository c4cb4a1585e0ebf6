import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { FakeClock } from '../../../fakes/fake-clock.ts'
import { SpeechUnavailable } from '../../engine/ports.ts'
import { silentLog } from '../../lib/log.ts'
import { chooseSynthesizer } from './choose-synthesizer.ts'
import { firstMandarinVoice } from './mandarin-voice.ts'

describe('without a synthesiser', () => {
  beforeEach(() => void vi.stubEnv('PATH', '/nowhere'))
  afterEach(() => void vi.unstubAllEnvs())

  it.each([
    ['debian', 'apt-get install espeak-ng'],
    ['http', 'set the address of a speech server'],
  ] as const)('%s says what to do', async (choice, remedy) => {
    const search = chooseSynthesizer({ choice, log: silentLog, clock: new FakeClock() })
    await expect(search).rejects.toBeInstanceOf(SpeechUnavailable)
    await expect(search).rejects.toThrow(remedy)
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
    const voice = firstMandarinVoice(async (name) => {
      if (name === 'cmn') throw new Error('no such voice')
      return "n'i35n_|"
    })
    expect(await voice).toBe('cmn-latn-pinyin')
  })

  it('is missing where nothing is said', async () => {
    expect(await firstMandarinVoice(async () => '\n')).toBeUndefined()
  })
})
