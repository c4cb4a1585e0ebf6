import type { RouteGroup } from './catalogue.ts'
import { type AdminErrorCode, adminErrors } from './errors.ts'
import { pathSegments, segmentNames } from './path-segments.ts'
import { roleMeanings } from './roles.ts'
import type { Route } from './route.ts'
import { fieldsOf, optional, record } from './schema/records.ts'
import { choice, text } from './schema/scalars.ts'
import { type Components, type JsonSchema, named, type Schema } from './schema/schema.ts'

/** The body of every refusal. */
export const errorSchema = named(
  'Error',
  record({
    code: choice(...errorCodes()),
    message: text({ max: 2000 }),
    field: optional(text({ max: 200 })),
    remedy: text({ max: 500 }),
    requestId: text({ max: 100 }),
  }),
)

/** What a route may be refused with. */
export function errorsOf(route: Route): AdminErrorCode[] {
  const isWrite = route.method !== 'GET'
  const isOpen = route.role === 'open'
  return [
    ...(segmentNames(route.path).length > 0 ? (['malformedPath', 'notFound'] as const) : []),
    ...(['malformedQuery', 'malformedBody', 'tooLarge'] as const),
    ...(route.body === undefined ? [] : (['unsupportedMedia'] as const)),
    ...(isOpen ? [] : (['unauthenticated', 'sessionEnded', 'forbidden'] as const)),
    ...(isWrite && !isOpen ? (['csrf'] as const) : []),
    ...(route.scope === 'service' ? (['outsideScope'] as const) : []),
    ...route.errors,
    ...(['internal', 'unavailable'] as const),
  ]
}

/** The OpenAPI 3.1 document of the routes. @param version of the product */
export function openApiDocument(groups: readonly RouteGroup[], version: string): object {
  const components: Components = new Map()
  const paths: Record<string, Record<string, JsonSchema>> = {}
  for (const { title, routes } of groups) {
    for (const route of routes) {
      const path = `/admin${route.path}`
      paths[path] = { ...paths[path], [route.method.toLowerCase()]: operationOf(route, title, components) }
    }
  }
  const responses = refusalResponses(components)
  return {
    openapi: '3.1.0',
    info: {
      title: 'Yuyin administration',
      version,
      description: `Roles: ${Object.entries(roleMeanings)
        .map(([role, meaning]) => `${role}: ${meaning}`)
        .join('; ')}.`,
    },
    paths,
    components: {
      schemas: Object.fromEntries([...components].sort(([a], [b]) => (a < b ? -1 : 1))),
      responses,
      securitySchemes: {
        adminKey: { type: 'http', scheme: 'bearer', description: 'An admin key: yya_…' },
        session: { type: 'apiKey', in: 'cookie', name: 'yuyin_admin', description: 'Set by POST /admin/session.' },
      },
    },
    security: [{ adminKey: [] }, { session: [] }],
  }
}

function operationOf(route: Route, tag: string, components: Components): JsonSchema {
  return {
    operationId: route.name,
    tags: [tag],
    summary: route.summary,
    ...(route.role === 'open' ? { security: [] } : { 'x-role': route.role }),
    'x-scope': route.scope,
    parameters: parametersOf(route, components),
    ...(route.body === undefined
      ? {}
      : {
          requestBody: {
            required: true,
            description: `At most ${route.maxBodyBytes} bytes.`,
            content: { 'application/json': { schema: route.body.json(components) } },
          },
        }),
    'x-refusals': errorsOf(route),
    responses: { ...successesOf(route, components), ...refusalsOf(route) },
  }
}

function parametersOf(route: Route, components: Components): JsonSchema[] {
  const header = (name: string, description: string): JsonSchema => {
    return { name, in: 'header', required: false, description, schema: { type: 'string' } }
  }
  const isWrite = route.method !== 'GET'
  return [
    ...segmentNames(route.path).map((name) => {
      return { name, in: 'path', required: true, schema: pathSegments[name].json(components) }
    }),
    ...fieldsOf(route.query).map(({ name, schema, required }) => {
      return { name, in: 'query', required, schema: schema.json(components) }
    }),
    ...(isWrite && route.tagged
      ? [
          header('If-Match', 'The ETag that was read: refused when it has changed since.'),
          header('If-None-Match', '`*`: refused when there is one already.'),
        ]
      : []),
    ...(isWrite && route.role !== 'open'
      ? [header('X-CSRF-Token', 'Needed with a session, not with an admin key.')]
      : []),
  ]
}

function successesOf(route: Route, components: Components): Record<string, JsonSchema> {
  const content = contentOf(route.answer, route.media, components)
  const headers =
    route.tagged && route.answer !== undefined ? { headers: { ETag: { schema: { type: 'string' } } } } : {}
  return Object.fromEntries(
    route.statuses.map((status) => [
      String(status),
      { description: statusWords[status] ?? 'Done.', ...headers, ...content },
    ]),
  )
}

const statusWords: Readonly<Record<number, string>> = { 200: 'Done.', 201: 'Made.', 204: 'Done; nothing is answered.' }

function contentOf(answer: Schema<unknown> | undefined, media: string | undefined, components: Components): JsonSchema {
  if (answer !== undefined) return { content: { 'application/json': { schema: answer.json(components) } } }
  return media === undefined ? {} : { content: { [media]: { schema: { type: 'string', format: 'binary' } } } }
}

/** One response per status, shared by all routes; which codes a route may answer stands beside its responses. */
function refusalsOf(route: Route): Record<string, JsonSchema> {
  const statuses = new Set(errorsOf(route).map((code) => adminErrors[code].status))
  return Object.fromEntries(
    [...statuses].sort().map((status) => [String(status), { $ref: `#/components/responses/Refused${status}` }]),
  )
}

function refusalResponses(components: Components): Record<string, JsonSchema> {
  const schema = errorSchema.json(components)
  const statuses = new Set(Object.values(adminErrors).map((row) => row.status))
  return Object.fromEntries(
    [...statuses].sort().map((status) => {
      const codes = errorCodes().filter((code) => adminErrors[code].status === status)
      return [`Refused${status}`, { description: codes.join(', '), content: { 'application/json': { schema } } }]
    }),
  )
}

function errorCodes(): AdminErrorCode[] {
  // Object.keys knows no literal types; these are the keys of that very table.
  return Object.keys(adminErrors) as AdminErrorCode[]
}
