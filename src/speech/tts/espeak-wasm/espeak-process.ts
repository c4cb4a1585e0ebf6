import initialize, { type EspeakWorker } from '@echogarden/espeak-ng-emscripten'
import { joinSamples } from '../../../media/tone/join-samples.ts'
import { isObject } from '../../process/helper-messages.ts'
import { serveHelper } from '../../process/serve-helper.ts'
import { englishVoice, firstMandarinVoice } from '../mandarin-voice.ts'

/**
 * The process that holds espeak-ng as WebAssembly. The engine blocks its thread while it speaks, and it is under the
 * GPL: both reasons to keep it in a program of its own, behind a message channel.
 */
const { eSpeakNGWorker } = await initialize()
const engine = new eSpeakNGWorker()

const mandarinVoice = await firstMandarinVoice(async (voice, text) =>
  engine.set_voice(voice) === 0 ? engine.synthesize_ipa(text).ipa : undefined,
)
if (mandarinVoice === undefined) throw new Error('this build of espeak-ng has no Mandarin voice that works')

// The first phrase takes the longest: said here, to nobody, before the first call needs one.
speak(engine, mandarinVoice, '您好')
speak(engine, englishVoice, 'hello')

serveHelper({ mandarinVoice }, (body) => {
  const { text, language } = isObject(body) ? body : {}
  if (typeof text !== 'string') throw new TypeError('not a phrase')
  const samples = speak(engine, language === 'en' ? englishVoice : mandarinVoice, text)
  return { samples, rateHz: engine.get_samplerate() }
})

function speak(worker: EspeakWorker, voice: string, text: string): Int16Array {
  if (worker.set_voice(voice) !== 0) throw new Error(`espeak-ng has no voice ${voice}`)
  const parts: Int16Array[] = []
  worker.synthesize(text, (sound) => {
    if (sound !== null) parts.push(sound.slice())
    return 0
  })
  return joinSamples(parts)
}
