import { GatewayError, missing } from '../../operations/gateway-errors.ts'
import type { Operation } from '../../operations/operation.ts'
import type { ParameterMap } from '../signature/canonical-query.ts'
import type { AnswerFormat, Inbound } from './inbound.ts'
import { formText, queryText, readParameters } from './read-parameters.ts'

/** A request of which we know what it asks for, but not yet who asks. */
export interface Identified {
  readonly inbound: Inbound
  /** `V1`: credentials among the parameters. `V3`: in headers. */
  readonly family: 'V1' | 'V3'
  readonly operation: Operation
  /** Query and form together, `+` in the query taken literally. */
  readonly parameters: ParameterMap
  /** The texts they were read from. */
  readonly query: string
  readonly form: string
}

const version = '2017-05-25'

/**
 * The format of the answer, also of an error before anything was understood: V3 is always answered in JSON, V1 as
 * `Format` says, XML without it.
 */
export function answerFormat(inbound: Inbound): AnswerFormat {
  if (hasV3Headers(inbound)) return 'JSON'
  return jsonAsked.test(inbound.query) || jsonAsked.test(inbound.body.toString('latin1')) ? 'JSON' : 'XML'
}

const jsonAsked = /(?:^|&)Format=json(?:&|$)/i

/** Finds out which operation is asked for. @throws {GatewayError} */
export function identify(inbound: Inbound, operations: ReadonlyMap<string, Operation>): Identified {
  if (inbound.method !== 'GET' && inbound.method !== 'POST') throw new GatewayError('UnsupportedHTTPMethod')
  const query = queryText(inbound.query)
  const form = formText(inbound)
  const parameters = readParameters(query, form, 'plus')
  const family = hasV3Headers(inbound) ? 'V3' : 'V1'
  const named = (header: string, parameter: string) => {
    const inHeader = family === 'V3' ? headerOf(inbound, header) : ''
    const value = inHeader || (parameters.get(parameter) ?? '')
    if (value === '') throw missing(parameter)
    return value
  }
  const format = parameters.get('Format') ?? ''
  if (family === 'V1' && !/^(?:json|xml|)$/i.test(format)) throw new GatewayError('InvalidParameter.Format')
  if (family === 'V3' && !acceptsAnswer(headerOf(inbound, 'accept'))) throw new GatewayError('InvalidParameter.Accept')
  const action = named('x-acs-action', 'Action')
  if (named('x-acs-version', 'Version') !== version) throw new GatewayError('InvalidVersion')
  const operation = operations.get(action)
  if (operation === undefined) throw new GatewayError('InvalidAction.NotFound')
  return { inbound, family, operation, parameters, query, form }
}

/**
 * Whether a V3 client can be answered in JSON, going by its `Accept`. XML and bytes count too: older cores name them and
 * read JSON all the same.
 */
function acceptsAnswer(accept: string): boolean {
  return (
    accept === '' ||
    /(?:^|,)\s*(?:\*\/\*|(?:text|application)\/(?:\*|json|xml)|application\/octet-stream)\s*(?:;|,|$)/i.test(accept)
  )
}

/** A header's value, empty when absent. */
export function headerOf({ headers }: Inbound, name: string): string {
  const value = headers[name]
  return typeof value === 'string' ? value : ''
}

/**
 * V3 is recognised by its `Authorization`, or by an action that stands in a header only (bearer and anonymous requests).
 * The header alone does not make it V3: some V1 clients send it beside the parameter.
 */
function hasV3Headers({ headers, query, body }: Inbound): boolean {
  if (headers.authorization?.startsWith('ACS3-')) return true
  return headers['x-acs-action'] !== undefined && !v1Parameter.test(query) && !v1Parameter.test(body.toString('latin1'))
}

const v1Parameter = /(?:^|&)(?:Action|Signature)=/
