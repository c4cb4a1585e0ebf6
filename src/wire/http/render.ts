import type { GatewayError } from '../../operations/gateway-errors.ts'
import type { Operation } from '../../operations/operation.ts'
import type { Refusal } from '../../operations/refusals.ts'
import { element, renderXml, type XmlElement } from '../xml.ts'
import type { Answer, AnswerFormat, Inbound } from './inbound.ts'

/** What was asked for was done: the operation's output with Code, Message and RequestId. */
export function renderSuccess(operation: Operation, output: object, inbound: Inbound, format: AnswerFormat): Answer {
  const { requestId } = inbound
  return renderObject(operation, { ...output, Code: operation.success, Message: 'OK', RequestId: requestId }, format)
}

/** The operation's own answer without its payload: a refusal of the business. */
export function renderRefusal(operation: Operation, refusal: Refusal, inbound: Inbound, format: AnswerFormat): Answer {
  const body = { Code: refusal.code, Message: refusal.message, RequestId: inbound.requestId }
  return { ...renderObject(operation, body, format), status: refusal.status }
}

/** An error of the gateway, in the shape that every operation shares. */
export function renderGatewayError(error: GatewayError, inbound: Inbound, format: AnswerFormat): Answer {
  const host = inbound.headers.host ?? 'localhost'
  const body = {
    RequestId: inbound.requestId,
    HostId: host,
    Code: error.code,
    Message: error.message,
    Recommend: `${inbound.scheme}://${host}/errors/${encodeURIComponent(error.code)}`,
  }
  const answer =
    format === 'JSON'
      ? { status: error.status, contentType: 'application/json;charset=utf-8', body: JSON.stringify(body) }
      : // Clients parse an XML error only under exactly this type.
        { status: error.status, contentType: 'text/xml;charset=utf-8', body: renderXml(toElement('Error', body)) }
  return error.retryAfterMs === undefined ? answer : { ...answer, retryAfterMs: error.retryAfterMs }
}

function renderObject(operation: Operation, body: object, format: AnswerFormat): Answer {
  return format === 'JSON'
    ? { status: 200, contentType: 'application/json;charset=utf-8', body: JSON.stringify(body) }
    : {
        status: 200,
        contentType: 'application/xml;charset=utf-8',
        body: renderXml(toElement(`${operation.name}Response`, body)),
      }
}

/** An object as an element; a list has no wrapper, its name repeats; what is absent is left out. */
function toElement(name: string, value: object): XmlElement {
  return element(
    name,
    Object.entries(value).flatMap(([key, one]) => toElements(key, one)),
  )
}

function toElements(name: string, value: unknown): XmlElement[] {
  if (value === undefined || value === null) return []
  if (Array.isArray(value)) return value.flatMap((one) => toElements(name, one))
  return [typeof value === 'object' ? toElement(name, value) : element(name, String(value))]
}
