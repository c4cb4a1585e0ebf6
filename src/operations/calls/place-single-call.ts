import type { Product } from '../../domain/call/call.ts'
import { type BrokenRule, type CallFacts, firstBrokenRule } from '../../domain/call/calling-rules.ts'
import { readPhoneNumber, readShowNumber } from '../../domain/phone-number.ts'
import type { Prompt } from '../../domain/script/script.ts'
import { speakTemplate } from '../../domain/template/template-speech.ts'
import { chinaTime } from '../../lib/china-time.ts'
import { GatewayError } from '../gateway-errors.ts'
import { integer, optional, phoneNumber, text, withDefault } from '../input-fields.ts'
import type { Caller, OperationSettings, Services } from '../operation.ts'
import type { AcceptResult, CalleeFrequency } from '../ports.ts'
import { Refusal, type RefusalName } from '../refusals.ts'

/** Fields that both single calls have, apart from PlayTimes, whose default differs. */
export const singleCallFields = {
  CalledShowNumber: withDefault(phoneNumber(), ''),
  CalledNumber: phoneNumber(),
  Volume: withDefault(integer(0, 100), 100),
  Speed: withDefault(integer(-500, 500), 0),
  OutId: optional(text({ minBytes: 1, maxBytes: 15 })),
}

/** Refusals that both single calls know. */
export const singleCallRefusals = [
  'accountSuspended',
  'showNumberNotOwned',
  'calleeNotDiallable',
  'balanceUsedUp',
  'calleeTooFrequent',
] as const satisfies readonly RefusalName[]

/** A single call as it was asked for, in the caller's own spelling. */
export interface SingleCallRequest {
  readonly operation: string
  readonly product: Product
  readonly prompt: CallFacts['prompt']
  readonly CalledShowNumber: string
  readonly CalledNumber: string
  readonly PlayTimes: number
  readonly Volume: number
  readonly Speed: number
  readonly OutId: string | undefined
}

/**
 * Judges a single call by the calling rules and stores it. When this resolves the call is on disk.
 *
 * @throws {Refusal} for the first rule it breaks; {GatewayError} SignatureNonceUsed when the request was stored before
 */
export async function placeSingleCall(
  asked: SingleCallRequest,
  { account, request }: Caller,
  { calls, directory, settings, nextCallId }: Services,
): Promise<{ CallId: string }> {
  const showNumber = readShowNumber(asked.CalledShowNumber)
  const ownsShowNumber = showNumber !== '' && (await directory.ownsNumber(account.accountId, showNumber))
  const callee = readPhoneNumber(asked.CalledNumber)
  const broken = firstBrokenRule({ account, showNumber, ownsShowNumber, prompt: asked.prompt, callee })
  if (broken !== undefined) throw refusalOf(broken)
  const prompt = heard(asked.prompt)
  if (callee === undefined || prompt === undefined)
    throw new Error('the calling rules passed a call without a callee or prompt')

  const perMinuteE4 = await directory.pricePerMinuteE4(account.accountId, asked.product)
  const callId = nextCallId()
  const accepted = await calls.accept(
    {
      callId,
      accountId: account.accountId,
      operation: asked.operation,
      product: asked.product,
      calledNumber: callee.digits,
      showNumber,
      outId: asked.OutId ?? '',
      script: {
        steps: [{ do: 'play', prompt, times: asked.PlayTimes, volume: asked.Volume, speed: asked.Speed }],
      },
      acceptedAt: request.now,
    },
    {
      accessKeyId: request.accessKeyId,
      nonce: request.nonce,
      frequency: settings.frequency,
      ...(perMinuteE4 === 0 ? {} : { price: { perMinuteE4, heldE4: perMinuteE4 * (settings.heldMinutes ?? 1) } }),
    },
  )
  if (!accepted.accepted) throw notStored(accepted, settings)
  return { CallId: callId }
}

/** What the callee will hear. `undefined`: nothing usable, which the rules do not let pass. */
function heard(prompt: CallFacts['prompt']): Prompt | undefined {
  if (prompt.kind === 'voice') {
    return prompt.voice && { kind: 'voice', voiceCode: prompt.voice.code, accountId: prompt.voice.accountId }
  }
  const { template, values } = prompt
  return template && values && { kind: 'speech', segments: speakTemplate(template, values) }
}

function refusalOf({ refusal, variable }: BrokenRule): Refusal {
  return new Refusal(refusal, variable === '' ? {} : { chinese: `（${variable}）`, english: ` (${variable})` })
}

function notStored(result: AcceptResult & { accepted: false }, settings: OperationSettings): Error {
  if (result.because === 'replayed') return new GatewayError('SignatureNonceUsed')
  if (result.because === 'unaffordable') return new Refusal('balanceUsedUp')
  const { chinese, english } = frequencyWords[result.limit]
  const times = settings.frequency?.[result.limit] ?? 0
  // Rounded up to the second: at the time that is told, the call is allowed.
  const nextAt = chinaTime(Math.ceil(result.nextAt / 1000) * 1000)
  const hint = settings.frequencyHint === undefined ? '' : `; ${settings.frequencyHint} turns this limit off`
  return new Refusal('calleeTooFrequent', {
    chinese: `：同一被叫${chinese}最多${times}次，请于${nextAt}之后再呼叫`,
    english: ` (${times} ${english}): the next call is allowed at ${nextAt} China time${hint}`,
  })
}

const frequencyWords: Readonly<Record<keyof CalleeFrequency, { chinese: string; english: string }>> = {
  perMinute: { chinese: '每分钟', english: 'a minute' },
  perHour: { chinese: '每小时', english: 'an hour' },
  perDay: { chinese: '每24小时', english: 'in 24 hours' },
}
