import { productIds } from '../../domain/call/call.ts'
import { jsonDecoded } from '../../lib/decode-text.ts'
import { signedUrl } from '../../wire/signature/sign.ts'
import { CommandError } from '../output.ts'
import { reach } from './reach.ts'

/** The client side of the API, as far as `yuyin ring` needs it: the same signed requests that any SDK sends. */
export interface ApiClient {
  readonly endpoint: string
  readonly accessKeyId: string
  readonly secret: string
}

/** An answer of the API: `Code` is there in every one. */
export interface ApiAnswer {
  readonly Code: string
  readonly Message: string
  readonly RequestId: string
  readonly CallId?: string
  readonly Data?: string
}

/** Every answer has these; the others are the operation's. */
function isAnswer(answer: unknown): answer is ApiAnswer {
  return typeof answer === 'object' && answer !== null && 'Code' in answer && 'RequestId' in answer
}

/** Sends one signed request. @throws {CommandError} when nobody answers there, or something else does */
export async function ask(
  client: ApiClient,
  action: string,
  parameters: Readonly<Record<string, string | number>>,
): Promise<ApiAnswer> {
  const { endpoint, accessKeyId, secret } = client
  const url = signedUrl({ endpoint, accessKeyId, secret, action, parameters, now: Date.now() })
  const response = await reach(url)
  const answer = jsonDecoded(await response.text())
  if (!isAnswer(answer)) {
    throw new CommandError(`${endpoint} answers ${response.status}, and not as the API does: is another program there?`)
  }
  return answer
}

/** The detail of a call as far as it is shown. `state` is empty while the call lives. */
export interface CallDetail {
  readonly state: string
  readonly duration: number
  readonly startDate: string
  readonly endDate: string
}

/** Asks for a call's record, whatever its product. */
export async function askDetail(client: ApiClient, callId: string): Promise<CallDetail | undefined> {
  for (const product of ['verification', 'notification'] as const) {
    const answer = await ask(client, 'QueryCallDetailByCallId', {
      CallId: callId,
      ProdId: productIds[product],
      QueryDate: Date.now(),
    })
    if (answer.Code === 'OK' && answer.Data !== undefined) {
      const detail: CallDetail = JSON.parse(answer.Data)
      return detail
    }
  }
  return undefined
}
