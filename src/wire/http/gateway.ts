import type { Log } from '../../lib/log.ts'
import { GatewayError } from '../../operations/gateway-errors.ts'
import type { Caller, Operation, PreparedOperation, Services } from '../../operations/operation.ts'
import { Refusal } from '../../operations/refusals.ts'
import type { ParameterMap } from '../signature/canonical-query.ts'
import { authorize } from './authorize.ts'
import { answerFormat, identify } from './identify.ts'
import type { Answer, AnswerFormat, Inbound } from './inbound.ts'
import { renderGatewayError, renderRefusal, renderSuccess } from './render.ts'
import type { Throttle } from './throttle.ts'
import { type Checks, verify } from './verify-request.ts'

export interface GatewayParts {
  readonly operations: ReadonlyMap<string, Operation>
  readonly services: Services
  readonly checks: Checks
  readonly throttle: Throttle
  readonly log: Log
  /** Whether a failure passes by itself: the database is away. */
  readonly isTemporary: (error: unknown) => boolean
}

/** An answer and what it was an answer to, for the metrics. `operation` is empty when none was identified. */
export interface Answered {
  readonly answer: Answer
  readonly operation: string
  readonly code: string
}

/**
 * The story of a request: who wants what (`identify`), is it really them (`verify`), may they (`authorize`), is it not
 * too often (`admit`), what exactly (`parse`), do it
 * (`run`), say so (`render`). What goes wrong on the way is thrown and rendered here; nothing leaves unrendered.
 */
export async function answer(inbound: Inbound, parts: GatewayParts): Promise<Answered> {
  const format = answerFormat(inbound)
  let operation: Operation | undefined
  try {
    const identified = identify(inbound, parts.operations)
    operation = identified.operation
    const { caller, parameters } = await verify(identified, parts.checks)
    await authorize(operation, caller, parts.services.directory)
    await parts.throttle.admit(operation, caller.account.accountId)
    const prepared = parse(operation, parameters)
    const output = await run(prepared, caller, parts.services)
    return { answer: renderSuccess(operation, output, inbound, format), operation: operation.name, code: 'OK' }
  } catch (error) {
    return renderFailure(error, operation, inbound, format, parts)
  }
}

/** Turns parameters into the operation's input. @throws {GatewayError} */
function parse(operation: Operation, parameters: ParameterMap): PreparedOperation {
  if (operation.prepare === undefined) {
    throw new GatewayError('UnsupportedOperation', { more: ` ${operation.name} is not built yet.` })
  }
  return operation.prepare(parameters)
}

function run(prepared: PreparedOperation, caller: Caller, services: Services): Promise<object> {
  return prepared(caller, services)
}

/** When a client is told to ask again while a part of the service is away, milliseconds. */
const awayRetryMs = 1000

/** A refusal or gateway error is an answer; anything else is a fault of ours, logged and answered as InternalError. */
export function renderFailure(
  error: unknown,
  operation: Operation | undefined,
  inbound: Inbound,
  format: AnswerFormat,
  { log, isTemporary }: Pick<GatewayParts, 'log' | 'isTemporary'>,
): Answered {
  const named = { operation: operation?.name ?? '' }
  const ids = { requestId: inbound.requestId, ...named }
  if (error instanceof Refusal && operation !== undefined) {
    log.info({ ...ids, code: error.code }, 'request refused')
    return { answer: renderRefusal(operation, error, inbound, format), ...named, code: error.code }
  }
  if (error instanceof GatewayError) {
    log.info({ ...ids, code: error.code, status: error.status }, 'request rejected')
    return { answer: renderGatewayError(error, inbound, format), ...named, code: error.row }
  }
  if (isTemporary(error)) {
    log.warn({ ...ids, error: error instanceof Error ? error.message : String(error) }, 'request failed for now')
    const away = new GatewayError('ServiceUnavailable', { retryAfterMs: awayRetryMs })
    return { answer: renderGatewayError(away, inbound, format), ...named, code: away.row }
  }
  const internal = new GatewayError('InternalError')
  log.error(
    { ...ids, error: error instanceof Error ? (error.stack ?? error.message) : String(error) },
    'request failed',
  )
  return { answer: renderGatewayError(internal, inbound, format), ...named, code: internal.row }
}
