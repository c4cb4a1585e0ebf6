import { SpeechUnavailable } from '../../engine/ports.ts'
import type { Clock } from '../../lib/clock.ts'
import type { Log } from '../../lib/log.ts'
import { espeakProgram } from './espeak-program.ts'
import { espeakWasm } from './espeak-wasm/espeak-wasm.ts'
import { httpSynthesizer } from './http-synthesizer.ts'
import type { SpokenLanguage, Synthesizer } from './synthesizer.ts'

/** `debian`: the system's `espeak-ng` program; `wasm`: the optional npm package; `http`: a speech server. */
export const synthesizerChoices = ['auto', 'debian', 'wasm', 'http'] as const
export type SynthesizerChoice = (typeof synthesizerChoices)[number]

export interface SynthesizerSearch {
  readonly choice: SynthesizerChoice
  /** Address of the speech server, for `http`. */
  readonly url?: string
  readonly log: Log
  readonly clock: Clock
}

/** How to get each one: part of the message when it is missing. */
const remedies = {
  debian: 'install the program: apt-get install espeak-ng',
  wasm: 'install the optional package: npm install @echogarden/espeak-ng-emscripten',
  http: 'set the address of a speech server',
} as const

/** Starts each kind; `undefined` when what it needs is not installed. */
export type SynthesizerAdapters = Readonly<
  Record<Exclude<SynthesizerChoice, 'auto'>, (search: SynthesizerSearch) => Promise<Synthesizer | undefined>>
>

const ownAdapters: SynthesizerAdapters = {
  debian: ({ clock }) => espeakProgram({ clock }),
  wasm: ({ log, clock }) => espeakWasm({ log, clock }),
  http: async ({ url, clock }) => (url === undefined ? undefined : httpSynthesizer({ url, clock })),
}

/** Tried in this order by `auto`: the program is faster and needs no process that stays. */
const automatic = ['debian', 'wasm'] as const

/**
 * Finds a synthesiser and lets it say a word in both languages: one that is returned can speak.
 * @throws {SpeechUnavailable} with what to install, when there is none that works
 */
export async function chooseSynthesizer(
  search: SynthesizerSearch,
  adapters: SynthesizerAdapters = ownAdapters,
): Promise<Synthesizer> {
  const names = search.choice === 'auto' ? automatic : [search.choice]
  const failures: string[] = []
  for (const name of names) {
    try {
      const synthesizer = await adapters[name](search)
      if (synthesizer !== undefined) return await proven(synthesizer)
      failures.push(`${name} is not there (${remedies[name]})`)
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error)
      search.log.warn({ synthesizer: name, why }, 'speech synthesiser does not work')
      failures.push(`${name} does not work: ${why}`)
    }
  }
  throw new SpeechUnavailable(`No speech synthesiser, so no prompt could be spoken: ${failures.join('; ')}.`)
}

const probes: Record<SpokenLanguage, string> = { cmn: '您好', en: 'hello' }

async function proven(synthesizer: Synthesizer): Promise<Synthesizer> {
  try {
    for (const language of ['cmn', 'en'] as const) {
      const { samples } = await synthesizer.synthesize(probes[language], language)
      if (!samples.some((sample) => Math.abs(sample) > 500)) throw new Error(`it is silent in language ${language}`)
    }
    return synthesizer
  } catch (error) {
    await synthesizer.close()
    throw error
  }
}
