import type { Product } from '../../domain/call/call.ts'
import type { CallFacts } from '../../domain/call/calling-rules.ts'
import { integer, optional, phoneNumber, text, withDefault } from '../input-fields.ts'
import type { Caller, Services } from '../operation.ts'
import { heard, judgeCall, storeCall } from './place-call.ts'

/** Fields that both single calls have, apart from PlayTimes, whose default differs. */
export const singleCallFields = {
  CalledShowNumber: withDefault(phoneNumber(), ''),
  CalledNumber: phoneNumber(),
  Volume: withDefault(integer(0, 100), 100),
  Speed: withDefault(integer(-500, 500), 0),
  OutId: optional(text({ minBytes: 1, maxBytes: 15 })),
}

/** A single call as it was asked for, in the caller's own spelling. */
export interface SingleCallRequest {
  readonly operation: string
  readonly product: Product
  readonly prompt: NonNullable<CallFacts['prompt']>
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
  caller: Caller,
  services: Services,
): Promise<{ CallId: string }> {
  const prompt = { facts: asked.prompt }
  const numbers = await judgeCall({ ...asked, prompts: [prompt] }, caller, services)
  const { operation, product, OutId, PlayTimes: times, Volume: volume, Speed: speed } = asked
  const script = { steps: [{ do: 'play', prompt: heard(prompt), times, volume, speed }] } as const
  return storeCall({ ...numbers, operation, product, OutId, script }, caller, services)
}
