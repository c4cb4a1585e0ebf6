import type { CallTone } from '../../domain/script/script.ts'
import { writeWav } from '../../media/codec/wav-writer.ts'
import { makeTone } from '../../media/tone/make-tone.ts'
import type { AudioCache } from '../cache/audio-cache.ts'
import { contentKey } from '../cache/content-key.ts'
import type { RenderedAudio } from '../render-prompt.ts'

/** 450 Hz in the cadences of mainland China (GF 002-9002): one period of tone and pause, milliseconds. */
const cadences: Readonly<Record<CallTone, { readonly toneMs: number; readonly pauseMs: number }>> = {
  ringback: { toneMs: 1000, pauseMs: 4000 },
  busy: { toneMs: 350, pauseMs: 350 },
  congestion: { toneMs: 700, pauseMs: 700 },
}

const toneHz = 450
/** As loud as networks send it (GF 002-9002: -10 dBm0, give or take 3), a full-scale sine being +3 dBm0. */
const levelDb = -13

/** One period of a tone of the network, made once and kept. */
export async function callTone(tone: CallTone, cache: AudioCache): Promise<RenderedAudio> {
  const { toneMs, pauseMs } = cadences[tone]
  const key = contentKey('call tone 1', tone, toneMs, pauseMs, levelDb)
  const make = async () => writeWav(Int16Array.from([...makeTone([toneHz], toneMs, levelDb), ...makeTone([], pauseMs)]))
  return { ...(await cache.get(key, make)), key }
}
