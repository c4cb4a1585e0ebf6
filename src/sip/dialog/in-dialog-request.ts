import type { CallDigest } from '../digest/call-digest.ts'
import type { SipRequest, SipResponse } from '../message/message.ts'
import type { ClientTransaction } from '../transaction/client-transaction.ts'
import type { Remote } from '../transport/transport.ts'
import type { Received } from '../transport/transports.ts'
import type { CallTools } from './call-tools.ts'
import type { Dialog } from './dialog.ts'

/** How a request ended. Without `received` nobody answered: 408 after the timeout, 503 when it could not be sent (RFC 3261 §8.1.3.1). */
export interface FinalAnswer {
  status: number
  reason: string
  received?: Received<SipResponse>
}

/** What a request in a dialog carries beyond what the dialog knows. */
export interface RequestParts {
  headers?: readonly (readonly [name: string, value: string])[]
  body?: string
}

/** A request under way. */
export interface SentRequest {
  /** Stops waiting: nothing more is told, and no answer is acted upon. */
  abandon(): void
  /** Sends it no more, and waits for a final answer for another 64·T1 at most. */
  stopRepeating(): void
}

/**
 * Sends a request in a dialog, again with credentials when it is challenged. `done` is called for the final answer, and once
 * more for each 2xx to an INVITE that is repeated.
 */
export function sendInDialog(
  tools: CallTools,
  dialog: Dialog,
  digest: CallDigest | undefined,
  method: string,
  parts: (remote: Remote) => RequestParts,
  done: (answer: FinalAnswer, sent: SipRequest) => void,
): SentRequest {
  let current: ClientTransaction | undefined
  const send = () => {
    const { request, remote } = dialog.request(method)
    if (remote === undefined) {
      queueMicrotask(() => done({ status: 503, reason: 'the far end asks for an unknown transport' }, request))
      return
    }
    const { headers = [], body = '' } = parts(remote)
    for (const [name, value] of [...headers, ...(digest?.headersFor(method, request.uri) ?? [])]) {
      request.headers.add(name, value)
    }
    const whole: SipRequest = { ...request, body }
    current = tools.transactions.send(whole, remote, {
      response(received) {
        const { status, reason } = received.message
        if (status < 200) return
        if ((status === 401 || status === 407) && digest?.challenged(received, 'inDialog')) {
          send()
        } else {
          digest?.accepted()
          done({ status, reason, received }, whole)
        }
      },
      timeout: () => done({ status: 408, reason: 'Request Timeout' }, whole),
      transportError: (reason) => done({ status: 503, reason }, whole),
    })
  }
  send()
  return { abandon: () => current?.abandon(), stopRepeating: () => current?.stopRepeating() }
}
