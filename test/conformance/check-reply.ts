import { parseStringPromise } from 'xml2js'
import { catalogue } from '../../src/operations/catalogue.ts'
import { gatewayErrors } from '../../src/operations/gateway-errors.ts'
import type { Operation } from '../../src/operations/operation.ts'
import type { Output, Outputs } from '../../src/operations/output-fields.ts'
import { type RefusalName, refusals } from '../../src/operations/refusals.ts'
import type { Exchange } from './reply-tap.ts'

/** Refusals that stand before every operation: who asks, not what. */
const everywhere: readonly RefusalName[] = [
  'accountMissing',
  'accountAbnormal',
  'productNotActivated',
  'familyNotActivated',
  'userNotAllowed',
]

const text: Output<string> = { type: 'String' }
const common = { Code: text, Message: text, RequestId: text }
const errorFields = { ...common, HostId: text, Recommend: text }

/**
 * What is wrong with a reply of the signed API, going by the contract of its operation; nothing when it is as promised.
 * Types are exact: what a contract declares String is a JSON string, an Integer a JSON number.
 *
 * @param action the operation that was asked for
 */
export async function faultsOf(exchange: Exchange, action: string): Promise<string[]> {
  const isXml = exchange.headers['content-type']?.includes('xml') === true
  const read = isXml ? await readXml(exchange.body) : { root: undefined, value: readJson(exchange.body) }
  if (read.value === undefined) return [`the body is neither JSON nor XML: ${exchange.body.slice(0, 100)}`]
  const { root, value } = read
  const faults =
    root === 'Error' || 'HostId' in value
      ? errorFaults(exchange, value, isXml, root)
      : operationFaults(exchange, action, value, isXml, root)
  const requestId = textOf(value['RequestId'])
  if (!/^[0-9A-F]{8}(?:-[0-9A-F]{4}){3}-[0-9A-F]{12}$/.test(requestId)) faults.push(`RequestId is ${requestId}`)
  if (exchange.headers['x-acs-request-id'] !== requestId) faults.push('RequestId differs from the header')
  return faults
}

type Fields = Readonly<Record<string, unknown>>

function errorFaults(exchange: Exchange, value: Fields, isXml: boolean, root: string | undefined): string[] {
  const code = textOf(value['Code'])
  const [, row] =
    Object.entries(gatewayErrors).find(([name]) => name === code) ??
    Object.entries(gatewayErrors).find(([name]) => name === code.replace(/^(Missing|Invalid)\w+$/, '$1{Param}')) ??
    []
  if (row === undefined) return [`no row has the code ${code}`]
  return [
    ...differs('status', exchange.status, row.status),
    ...differs('type', exchange.headers['content-type'], `${isXml ? 'text/xml' : 'application/json'};charset=utf-8`),
    ...differs('root', root, isXml ? 'Error' : undefined),
    ...fieldFaults('', value, errorFields, isXml),
  ]
}

function operationFaults(
  exchange: Exchange,
  action: string,
  value: Fields,
  isXml: boolean,
  root: string | undefined,
): string[] {
  const operation = catalogue.find(({ name }) => name === action)
  if (operation === undefined) return [`${action} has no contract`]
  const code = textOf(value['Code'])
  const type = `application/${isXml ? 'xml' : 'json'};charset=utf-8`
  const isDone = code === operation.success
  const refused = refusalsOf(operation).find((refusal) => refusal.code === code)
  if (!isDone && refused === undefined) return [`the contract of ${action} knows no code ${code}`]
  return [
    ...differs('status', exchange.status, refused?.status ?? 200),
    ...differs('type', exchange.headers['content-type'], type),
    ...differs('root', root, isXml ? `${action}Response` : undefined),
    ...fieldFaults('', value, isDone ? { ...operation.output, ...common } : common, isXml),
  ]
}

function refusalsOf(operation: Operation) {
  return [...operation.refusals, ...everywhere].map((name) => refusals[name])
}

function differs(what: string, found: unknown, expected: unknown): string[] {
  return found === expected ? [] : [`${what} is ${String(found)}, not ${String(expected)}`]
}

/** Compares an object with what is declared of it: every field that must be there, in its type, and no other. */
function fieldFaults(path: string, value: Fields, declared: Outputs, isXml: boolean): string[] {
  const unknown = Object.keys(value).filter((name) => !(name in declared))
  return [
    ...unknown.map((name) => `${path}${name} is not in the contract`),
    ...Object.entries(declared).flatMap(([name, output]) => valueFaults(path + name, value[name], output, isXml)),
  ]
}

function valueFaults(path: string, value: unknown, output: Output<unknown>, isXml: boolean): string[] {
  if (value === undefined)
    return output.optional === true || (isXml && output.type === 'List') ? [] : [`${path} is missing`]
  if (output.type === 'List') {
    if (!Array.isArray(value)) return [`${path} is no list`]
    return value.flatMap((item, index) => objectFaults(`${path}[${index}]`, item, output, isXml))
  }
  // XML knows no lists of one: every element is an array of its occurrences.
  const [only, ...others] = isXml && Array.isArray(value) ? value : [value]
  if (others.length > 0) return [`${path} comes ${others.length + 1} times`]
  if (output.type === 'Object') return objectFaults(path, only, output, isXml)
  return (isXml ? writtenAs : typedAs)[output.type](only)
    ? []
    : [`${path} is ${JSON.stringify(only)}, not ${output.type}`]
}

function objectFaults(path: string, value: unknown, { fields = {} }: Output<unknown>, isXml: boolean): string[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [`${path} is no object`]
  return fieldFaults(`${path}.`, Object.fromEntries(Object.entries(value)), fields, isXml)
}

type Scalar = Exclude<Output<unknown>['type'], 'Object' | 'List'>
type Judge = Readonly<Record<Scalar, (value: unknown) => boolean>>

const inInt32 = (value: unknown) => Number.isInteger(value) && Math.abs(Number(value)) <= 2 ** 31
const typedAs: Judge = {
  String: (value) => typeof value === 'string',
  Integer: inInt32,
  Long: Number.isSafeInteger,
  Boolean: (value) => typeof value === 'boolean',
}
const writtenAs: Judge = {
  String: (value) => typeof value === 'string',
  Integer: (value) => /^-?\d+$/.test(String(value)) && inInt32(Number(value)),
  Long: (value) => /^-?\d+$/.test(String(value)) && Number.isSafeInteger(Number(value)),
  Boolean: (value) => value === 'true' || value === 'false',
}

function readJson(body: string): Fields | undefined {
  try {
    const value: unknown = JSON.parse(body)
    return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : undefined
  } catch (error) {
    // Not JSON: the caller says so, with the beginning of it.
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

/** The document by a parser that is not ours: its root element and what is in it. */
export async function readXml(body: string): Promise<{ root: string | undefined; value: Fields | undefined }> {
  const document = await parseStringPromise(body)
  const [[root, value] = [undefined, undefined]] = Object.entries(document)
  const isObject = typeof value === 'object' && value !== null
  return { root, value: isObject ? Object.fromEntries(Object.entries(value)) : undefined }
}

function textOf(value: unknown): string {
  return String(Array.isArray(value) ? value[0] : value)
}
