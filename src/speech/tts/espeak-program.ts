import type { Clock } from '../../lib/clock.ts'
import { Turns } from '../../lib/turns.ts'
import { NotWav } from '../../media/codec/wav-format.ts'
import { readWav, toMono } from '../../media/codec/wav-reader.ts'
import { englishVoice, firstMandarinVoice } from './mandarin-voice.ts'
import { ProgramFailed, type ProgramFailure, runProgram } from './run-program.ts'
import { type SpokenLanguage, SynthesisFailed, type Synthesizer } from './synthesizer.ts'

/** A phrase takes some 10 ms; a program that hangs is killed. */
const phraseLimitMs = 10_000
/** Three minutes at espeak-ng's 22,050 Hz. */
const mostOutputBytes = 8_000_000
/** Programs at once: they must not take the processor from the media process. */
const programsAtOnce = 2
const phrasesWaiting = 2_000

/**
 * The `espeak-ng` program of the system (Debian: `apt-get install espeak-ng`), one short process per phrase. The text
 * goes through its standard input, so that nothing in it can become an option.
 *
 * @returns `undefined` when there is no such program
 * @throws {ProgramFailed} when there is one, but it does not work or has no Mandarin voice
 */
export async function espeakProgram(options: { clock: Clock; program?: string }): Promise<Synthesizer | undefined> {
  const { clock, program = 'espeak-ng' } = options
  const run = (args: readonly string[], input: string) =>
    runProgram({ program, args, input, clock, limitMs: phraseLimitMs, mostBytes: mostOutputBytes })

  const said = await unless('missing', () => run(['--version'], ''))
  if (said === undefined) return undefined
  const version = /:\s*(\d[\w.-]*)/.exec(said.toString())?.[1] ?? 'unknown'
  const mandarin = await firstMandarinVoice(
    async (voice, text) =>
      await unless('refused', async () =>
        (await run(['-b', '1', '-q', '-x', '-v', voice, '--stdin'], text)).toString(),
      ),
  )
  if (mandarin === undefined)
    throw new ProgramFailed('broken', `${program} ${version} has no Mandarin voice that works`)

  const voices: Record<SpokenLanguage, string> = { cmn: mandarin, en: englishVoice }
  const turns = new Turns(programsAtOnce, phrasesWaiting)
  return {
    name: `espeak-ng ${version} (program)`,
    identity: `espeak-ng program ${version} ${mandarin} ${englishVoice}`,
    async synthesize(text, language) {
      try {
        // -b 1: UTF-8. -z: no pause at the end, ours are added later.
        const args = ['-b', '1', '-z', '-v', voices[language], '--stdin', '--stdout']
        const audio = readWav(await turns.take(() => run(args, text)))
        return { samples: toMono(audio), rateHz: audio.sampleRateHz }
      } catch (error) {
        if (error instanceof ProgramFailed || error instanceof NotWav || error instanceof RangeError) {
          throw new SynthesisFailed(`espeak-ng: ${error.message}`, { cause: error })
        }
        throw error
      }
    },
    async close() {},
  }
}

/** What a run gives, or `undefined` when it fails in the way that is an answer. */
async function unless<T>(failure: ProgramFailure, run: () => Promise<T>): Promise<T | undefined> {
  try {
    return await run()
  } catch (error) {
    if (error instanceof ProgramFailed && error.failure === failure) return undefined
    throw error
  }
}
