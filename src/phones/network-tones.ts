import { writeWav } from '../media/codec/wav-writer.ts'
import { joinSamples } from '../media/tone/join-samples.ts'
import { makeTone } from '../media/tone/make-tone.ts'
import type { ToneName } from './phone-script.ts'

/** A tone of the network: frequencies for so long, one after the other; no frequency is a pause. */
type Cadence = readonly { readonly hz?: number; readonly ms: number }[]

/**
 * `information`: the special information tone before an announcement (ITU-T E.180 §6: three rising tones of 330 ms);
 * `ringback` and `busy`: 450 Hz in the cadences of mainland China (GF 002-9002).
 */
const cadences: Readonly<Record<ToneName, Cadence>> = {
  information: [{ hz: 950, ms: 330 }, { hz: 1400, ms: 330 }, { hz: 1800, ms: 330 }, { ms: 200 }],
  ringback: [{ hz: 450, ms: 1000 }, { ms: 4000 }],
  busy: Array.from({ length: 6 }, () => [{ hz: 450, ms: 350 }, { ms: 350 }]).flat(),
}

/** The tone as a WAV file: 8 kHz, 16-bit, mono. */
export function toneWav(tone: ToneName): Buffer {
  const parts = cadences[tone].map(({ hz, ms }) => makeTone(hz === undefined ? [] : [hz], ms))
  return writeWav(joinSamples(parts))
}
