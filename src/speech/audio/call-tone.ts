import type { CallTone } from '../../domain/script/script.ts'
import { writeWav } from '../../media/codec/wav-writer.ts'
import { chineseTones } from '../../media/tone/chinese-tones.ts'
import { joinSamples } from '../../media/tone/join-samples.ts'
import { makeTone } from '../../media/tone/make-tone.ts'
import type { AudioCache } from '../cache/audio-cache.ts'
import { contentKey } from '../cache/content-key.ts'
import type { RenderedAudio } from '../render-prompt.ts'

/** As loud as networks send it (GF 002-9002: -10 dBm0, give or take 3), a full-scale sine being +3 dBm0. */
const levelDb = -13

/** One period of a tone of the network, made once and kept. */
export async function callTone(tone: CallTone, cache: AudioCache): Promise<RenderedAudio> {
  const period = chineseTones[tone]
  const key = contentKey('call tone 2', levelDb, ...period.flatMap(({ hz, ms }) => [hz.join('+'), ms]))
  const make = async () => writeWav(joinSamples(period.map(({ hz, ms }) => makeTone(hz, ms, levelDb))))
  return { ...(await cache.get(key, make)), key }
}
