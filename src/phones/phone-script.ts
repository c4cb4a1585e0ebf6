import type { LineFaults } from '../media/media.ts'

/**
 * What a virtual phone does when it is called, as data. Written by people as JSON (`parse-script.ts`), read by
 * `run-script.ts`. When the last step is done and the call still lives, the phone stays as it is (ringing, or listening)
 * until the far end ends the call.
 */
export interface PhoneScript {
  readonly steps: readonly PhoneStep[]
  readonly faults: PhoneFaults
  /** What a second call gets while the phone is in a call: 486 Busy Here, or the script as well. */
  readonly whenBusy: WhenBusy
}

export type WhenBusy = 'reject' | 'answer'

/** A bad line: `LineFaults` hurt the audio that the phone sends; the rest is bad manners in signalling. */
export interface PhoneFaults extends LineFaults {
  /** How long after the phone went silent its BYE leaves, seconds. */
  readonly lateByeSeconds?: number
}

export type PhoneStep =
  /** 180 Ringing for so long; `untilGivenUp`: until the caller gives up. */
  | ({ readonly step: 'ring'; readonly seconds: number | 'untilGivenUp' } & Reliability)
  /** 183 Session Progress and a sound before the answer: announcements of the network, ringback. */
  | ({ readonly step: 'earlyMedia'; readonly sound: Sound } & Reliability)
  /** 200 OK; goes on when the far end has confirmed it (ACK). */
  | { readonly step: 'answer' }
  /** Presses keys after a pause. */
  | { readonly step: 'press'; readonly keys: string; readonly afterSeconds: number }
  | { readonly step: 'say'; readonly text: string }
  | { readonly step: 'play'; readonly file: string }
  | { readonly step: 'wait'; readonly seconds: number }
  /** Until the far end hangs up. */
  | { readonly step: 'listen' }
  | { readonly step: 'hangup' }
  /** A final error answer. `q850` and `text` make its Reason header (RFC 3326). */
  | { readonly step: 'reject'; readonly status: number; readonly q850?: number; readonly text?: string }

/**
 * Whether the caller has to acknowledge the answer with PRACK (RFC 3262). `true`: if it can at all; `false`: only if it insists;
 * absent: early media yes, plain ringing no.
 */
export interface Reliability {
  readonly isReliable?: boolean
}

export type StepName = PhoneStep['step']

/** Something a phone can send: a WAV of the node's phone audio folder, spoken text, or a tone of the network. */
export type Sound =
  | { readonly kind: 'file'; readonly file: string }
  | { readonly kind: 'speech'; readonly text: string }
  | { readonly kind: 'tone'; readonly tone: ToneName }

export const toneNames = ['information', 'ringback', 'busy'] as const

export type ToneName = (typeof toneNames)[number]

/** Whether the script needs a voice. */
export function speaks(script: PhoneScript): boolean {
  return script.steps.some(
    (step) => step.step === 'say' || (step.step === 'earlyMedia' && step.sound.kind === 'speech'),
  )
}

/** Audio files that the script names, each once. */
export function filesOf(script: PhoneScript): string[] {
  const files = script.steps.flatMap((step) => {
    if (step.step === 'play') return [step.file]
    if (step.step === 'earlyMedia' && step.sound.kind === 'file') return [step.sound.file]
    return []
  })
  return [...new Set(files)]
}
