import { productIds } from '../../domain/call/call.ts'
import { signedUrl } from '../../wire/signature/sign.ts'
import { CommandError } from '../output.ts'

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

/** Sends one signed request. @throws {CommandError} when nobody answers there */
export async function ask(
  client: ApiClient,
  action: string,
  parameters: Readonly<Record<string, string | number>>,
): Promise<ApiAnswer> {
  const { endpoint, accessKeyId, secret } = client
  const url = signedUrl({ endpoint, accessKeyId, secret, action, parameters, now: Date.now() })
  try {
    const response = await fetch(url)
    const answer: ApiAnswer = JSON.parse(await response.text())
    return answer
  } catch (error) {
    const reason = error instanceof Error ? (error.cause instanceof Error ? error.cause.message : error.message) : ''
    throw new CommandError(`${endpoint} does not answer (${reason}). Is a node running? 'npm start' starts one.`)
  }
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
