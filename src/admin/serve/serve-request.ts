import type { Log } from '../../lib/log.ts'
import { AdminError, adminErrors, asAdminError } from '../errors.ts'
import { actorOf } from '../roles.ts'
import type { AdminServices, AskedBy, PreparedRoute, Route } from '../route.ts'
import { type FoundRoute, findRoute } from './find-route.ts'
import { demandCsrf, type Identity, identify } from './identify.ts'
import { demandAccount, permit } from './permit.ts'
import { demandPrecondition, etagOf, hasPrecondition } from './precondition.ts'
import type { AdminRequest, AdminResponse } from './request.ts'

export interface AdminParts {
  readonly routes: readonly Route[]
  readonly services: AdminServices
  readonly log: Log
  /** Whether a failure passes by itself: the database is away. */
  readonly isTemporary: (error: unknown) => boolean
}

/**
 * The story of a request: find the route, identify, write down what begins, judge, read, run alone, answer, write down
 * how it ended. Whatever goes wrong is an answer.
 *
 * @throws what `readBody` throws when the client went away: an error named `ClientGone`
 */
export async function serveRequest(request: AdminRequest, parts: AdminParts): Promise<AdminResponse> {
  try {
    const found = findRoute(parts.routes, request.method, request.path)
    if (found.route.role === 'open') return await perform(request, found, undefined, parts)
    const identity = await identify(request, parts.services)
    if (found.route.method === 'GET') return await perform(request, found, identity, parts)
    return await audited(request, found, identity, parts, () => perform(request, found, identity, parts))
  } catch (error) {
    // Nobody is left to be answered.
    if (error instanceof Error && error.name === 'ClientGone') throw error
    return refusalOf(error, request, parts)
  }
}

/** Nothing is changed without a trace: the row is there before the work begins. */
async function audited(
  request: AdminRequest,
  { route }: FoundRoute,
  { principal }: Identity,
  { services: { access, clock }, log }: AdminParts,
  work: () => Promise<AdminResponse>,
): Promise<AdminResponse> {
  const id = await access.audit.begin({
    ...{ at: clock.now(), actor: actorOf(principal), action: route.name },
    ...{ target: request.path.slice(0, 300), address: request.address, requestId: request.requestId },
  })
  let outcome = 'internal'
  try {
    const response = await work()
    outcome = 'done'
    return response
  } catch (error) {
    outcome = asAdminError(error)?.code ?? 'internal'
    throw error
  } finally {
    await access.audit.end(id, outcome)
    log.info({ requestId: request.requestId, actor: actorOf(principal), action: route.name, outcome }, 'administration')
  }
}

async function perform(
  request: AdminRequest,
  { route, params }: FoundRoute,
  identity: Identity | undefined,
  { services }: AdminParts,
): Promise<AdminResponse> {
  if (identity !== undefined) {
    demandCsrf(request, identity.sessionToken)
    permit(route, params, identity.principal)
  }
  const by: AskedBy = {
    ...{ principal: identity?.principal, sessionToken: identity?.sessionToken, address: request.address },
    ...{ isSecure: request.isSecure, requestId: request.requestId },
    reply: { status: undefined, headers: {} },
  }
  const prepared = route.prepare({ params, query: request.query, body: await bodyOf(request, route) }, by)
  await demandAccount(route.path, params, services)
  const run = async () => {
    if (route.tagged && hasPrecondition(request.headers)) await judgePrecondition(request, prepared, services)
    return prepared.run(services)
  }
  // Tries to sign in are many and must not wait for each other.
  const isAlone = route.method === 'GET' || route.scope === 'own'
  const answer = await (isAlone ? run() : services.exclusively(params['accountId'] ?? 'service', run))
  return responseOf(route, answer, by.reply, request)
}

async function bodyOf(request: AdminRequest, route: Route): Promise<Buffer> {
  const body = await request.readBody(route.body === undefined ? 1024 : route.maxBodyBytes)
  const type = request.headers['content-type'] ?? ''
  if (route.body !== undefined) {
    const isJson = /^application\/json *(?:; *charset="?utf-8"?)?$/i.test(type)
    if (!isJson || request.headers['content-encoding'] !== undefined) throw new AdminError('unsupportedMedia')
  }
  return body
}

async function judgePrecondition({ method, headers }: AdminRequest, prepared: PreparedRoute, services: AdminServices) {
  if (method === 'GET') return
  const current = await prepared.current(services)
  demandPrecondition(headers, current === undefined ? undefined : etagOf(JSON.stringify(current)))
}

function responseOf(route: Route, answer: unknown, reply: AskedBy['reply'], { headers }: AdminRequest): AdminResponse {
  const status = reply.status ?? route.statuses[0] ?? 200
  if (route.media !== undefined) {
    if (!Buffer.isBuffer(answer)) throw new Error(`${route.name} answered no bytes`)
    return { status, headers: { ...reply.headers, 'content-type': route.media }, body: answer }
  }
  if (route.answer === undefined) return { status: 204, headers: reply.headers, body: Buffer.alloc(0) }
  // What is not in the contract never leaves: an answer is read as strictly as a request.
  const text = JSON.stringify(route.answer.read(answer, ''))
  const tag: Record<string, string> = route.tagged ? { etag: etagOf(text) } : {}
  if (route.method === 'GET' && tag['etag'] !== undefined && headers['if-none-match'] === tag['etag']) {
    return { status: 304, headers: { ...reply.headers, ...tag }, body: Buffer.alloc(0) }
  }
  return {
    status,
    headers: { ...reply.headers, ...tag, 'content-type': 'application/json; charset=utf-8' },
    body: Buffer.from(text),
  }
}

/** A refusal in the API's own shape; what is none of ours is a bug, and its text stays in the log. */
export function refusalOf(
  error: unknown,
  { requestId }: Pick<AdminRequest, 'requestId'>,
  { log, isTemporary }: Pick<AdminParts, 'log' | 'isTemporary'>,
): AdminResponse {
  const refusal = asAdminError(error) ?? (isTemporary(error) ? new AdminError('unavailable') : undefined)
  if (refusal === undefined) log.error({ requestId, err: error }, 'a request at /admin failed')
  const { code, message, field, headers, status } = refusal ?? new AdminError('internal')
  const body = { code, message, ...(field === undefined ? {} : { field }), remedy: adminErrors[code].remedy, requestId }
  return {
    status,
    headers: {
      ...headers,
      ...(status === 401 ? { 'www-authenticate': 'Bearer realm="yuyin admin"' } : {}),
      'content-type': 'application/json; charset=utf-8',
    },
    body: Buffer.from(JSON.stringify(body)),
  }
}
