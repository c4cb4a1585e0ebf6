import { randomInt } from 'node:crypto'
import { devProfile } from '../../store/accounts/seed-dev-profile.ts'

/** What was asked for on the command line, as it was written; the API judges it. */
export interface CallWishes {
  /** AccessKeyId. */
  readonly key: string
  readonly show?: string
  readonly template?: string
  /** `name=value` */
  readonly param?: readonly string[]
  readonly voice?: string
  readonly times?: string
  readonly volume?: string
  readonly speed?: string
  readonly outId?: string
}

/** An operation of the API with its parameters. */
export interface CallRequest {
  readonly action: 'SingleCallByTts' | 'SingleCallByVoice'
  readonly parameters: Readonly<Record<string, string>>
}

/**
 * The request that carries the wishes out. Without any it speaks the verification template of the dev profile with a random
 * code, once; the number of the dev profile is shown when its key signs.
 */
export function callRequest(number: string, options: CallWishes): CallRequest {
  const given = {
    CalledShowNumber: options.show ?? (options.key === devProfile.accessKeyId ? devProfile.number : undefined),
    CalledNumber: number,
    PlayTimes: options.times,
    Volume: options.volume,
    Speed: options.speed,
    OutId: options.outId,
  }
  const common: Record<string, string> = {}
  for (const [name, value] of Object.entries(given)) if (value !== undefined) common[name] = value
  if (options.voice !== undefined) {
    return { action: 'SingleCallByVoice', parameters: { ...common, VoiceCode: options.voice } }
  }
  const isDefault = options.template === undefined && options.param === undefined
  const variables = isDefault
    ? { code: String(randomInt(1000, 10_000)) }
    : Object.fromEntries((options.param ?? []).map((one) => one.split(/=(.*)/s).slice(0, 2)))
  return {
    action: 'SingleCallByTts',
    parameters: {
      PlayTimes: '1',
      ...common,
      TtsCode: options.template ?? devProfile.verificationTemplate,
      TtsParam: JSON.stringify(variables),
    },
  }
}

/** A number whose phone answers, and that was most likely not called in the last day. */
export function freshNumber(): string {
  return `139${randomInt(10_000_000, 99_999_999)}`.replace(/00(\d\d)$/, '70$1')
}
