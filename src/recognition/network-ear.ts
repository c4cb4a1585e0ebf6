import type { EarlyMediaFinding, NetworkEar } from '../engine/ports.ts'
import type { Log } from '../lib/log.ts'
import type { AnnouncementLibrary } from './announcement-library.ts'
import { Hearing } from './hearing.ts'
import { chinesePlan } from './tones/china.ts'
import type { TonePlan } from './tones/tone-plan.ts'

export interface NetworkEarOptions {
  readonly library: Pick<AnnouncementLibrary, 'index'>
  /** The tones of the country that is called; of mainland China unless told. */
  readonly tones?: TonePlan
  readonly log: Log
}

/** Listens to what the network plays before the answer: call-progress tones, and announcements of the library. */
export function createNetworkEar({ library, tones = chinesePlan, log }: NetworkEarOptions): NetworkEar {
  return {
    begin(callId, onFinding) {
      const tell = (finding: EarlyMediaFinding) => {
        log.info({ callId, ...rounded(finding) }, 'recognised what the network plays')
        onFinding(finding)
      }
      return new Hearing(tones, library.index, tell)
    },
  }
}

/** As a log line tells it: more than two digits of confidence say nothing. */
function rounded(finding: EarlyMediaFinding): EarlyMediaFinding {
  if (finding.kind === 'unrecognised') return finding
  return { ...finding, confidence: Math.round(finding.confidence * 100) / 100 }
}
