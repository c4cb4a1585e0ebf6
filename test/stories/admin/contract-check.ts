import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import { routeGroups, routes } from '../../../src/admin/catalogue.ts'
import { AdminError } from '../../../src/admin/errors.ts'
import { openApiDocument } from '../../../src/admin/openapi.ts'
import { findRoute } from '../../../src/admin/serve/find-route.ts'

/** The document as a client reads it: JSON and nothing else. */
export const apiDocument: ApiDocument = JSON.parse(JSON.stringify(openApiDocument(routeGroups, '0')))

export interface ApiDocument {
  readonly openapi: string
  readonly paths: Readonly<Record<string, Readonly<Record<string, ApiOperation>>>>
  readonly components: {
    readonly schemas: Readonly<Record<string, object>>
    readonly responses: Readonly<Record<string, ApiResponse>>
  }
}

export interface ApiOperation {
  readonly operationId: string
  readonly parameters: readonly { readonly name: string; readonly in: string; readonly required: boolean }[]
  readonly 'x-refusals': readonly string[]
  readonly responses: Readonly<Record<string, ApiResponse | { readonly $ref: string }>>
}

export interface ApiResponse {
  readonly content?: Readonly<Record<string, { readonly schema: object }>>
}

const ajv = new Ajv2020({ strict: false, validateFormats: false })
ajv.addSchema(apiDocument, 'api')
const compiled = new Map<string, ValidateFunction>()

/**
 * Holds an answer against the document, by a validator that shares nothing with the service.
 *
 * @throws when the document does not foresee the status, or the body is not what it says
 */
export function checkAnswer(method: string, path: string, status: number, type: string, body: string): void {
  const operation = operationOf(method, path)
  if (operation === undefined) return
  const response = responseOf(operation, status)
  if (response === undefined)
    throw new Error(`${operation.operationId} answered ${status}, which is not in the document`)
  const content = response.content
  if (content === undefined) {
    if (body !== '') throw new Error(`${operation.operationId} answered ${status} with a body`)
    return
  }
  const schema = content[type.replace(/;.*/, '')]?.schema
  if (schema === undefined) throw new Error(`${operation.operationId} answered ${status} as ${type}`)
  if (!type.startsWith('application/json')) return
  const name = `${operation.operationId} ${status}`
  const validate = compiled.get(name) ?? ajv.compile(inDocument(schema))
  compiled.set(name, validate)
  const answer: unknown = JSON.parse(body)
  if (status >= 400 && !operation['x-refusals'].includes(codeOf(answer))) {
    throw new Error(`${name} has the code ${codeOf(answer)}, which the document does not foresee`)
  }
  if (!validate(answer)) {
    throw new Error(`${name} is not what the document says: ${ajv.errorsText(validate.errors)}\n${body}`)
  }
}

function responseOf({ responses }: ApiOperation, status: number): ApiResponse | undefined {
  const found = responses[String(status)]
  if (found === undefined || !('$ref' in found)) return found
  return apiDocument.components.responses[found.$ref.replace('#/components/responses/', '')]
}

/** References are those of the document, not of the little schema by itself. */
function inDocument(schema: object): object {
  return JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"api#/'))
}

function codeOf(answer: unknown): string {
  return typeof answer === 'object' && answer !== null && 'code' in answer ? String(answer.code) : ''
}

function operationOf(method: string, path: string): ApiOperation | undefined {
  try {
    const { route } = findRoute(routes, method, path.replace(/\?.*/s, '').replace(/^\/admin/, ''))
    return apiDocument.paths[`/admin${route.path}`]?.[method.toLowerCase()]
  } catch (error) {
    // No route: nothing is promised but the shape of the refusal, which the tests look at.
    if (error instanceof AdminError) return undefined
    throw error
  }
}
