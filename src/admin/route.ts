import type { Clock } from '../lib/clock.ts'
import type { SignIn } from './access/sign-in.ts'
import type { AdminErrorCode } from './errors.ts'
import type { ParamsOf } from './path-segments.ts'
import type { AdminPorts } from './ports.ts'
import { readBody, readParams, readQuery } from './read-request.ts'
import type { Principal, Role } from './roles.ts'
import type { RecordFields, RecordOf } from './schema/records.ts'
import type { Schema } from './schema/schema.ts'

export type Method = 'GET' | 'PUT' | 'POST' | 'DELETE'

/**
 * Whose it is. `account`: of the account in the path; an admin key that is bound to another account is told that there
 * is no such account. `service`: of the whole service, out of reach of bound keys. `own`: of whoever asks.
 */
export type Scope = 'account' | 'service' | 'own'

/** What stories work with. */
export interface AdminServices extends AdminPorts {
  readonly clock: Clock
  readonly signIn: SignIn
  /** The OpenAPI document of this API. */
  document(): object
}

/** Where a request comes from, who sent it, and what its story may say beside the answer. */
export interface AskedBy {
  /** Absent on the open route only. */
  readonly principal: Principal | undefined
  /** The session's token, when it is a person's request. */
  readonly sessionToken: string | undefined
  readonly address: string
  /** Whether it came over TLS. */
  readonly isSecure: boolean
  readonly requestId: string
  readonly reply: { status: number | undefined; readonly headers: Record<string, string> }
}

export interface Asked<Params, Query = unknown, Body = unknown> extends AskedBy {
  readonly params: Params
  readonly query: Query
  readonly body: Body
}

/** Everything about a route that the server, the OpenAPI document and the page are made from. */
export interface RouteFacts {
  /** `operationId` of the document, `action` of the audit log. */
  readonly name: string
  readonly method: Method
  /** Below `/admin`: `/accounts/{accountId}`. */
  readonly path: string
  /** One sentence. */
  readonly summary: string
  /** The least role; `open`: nobody is asked who he is. */
  readonly role: Role | 'open'
  readonly scope: Scope
  /** Parameters of the query. */
  readonly query: RecordFields
  readonly body: Schema<unknown> | undefined
  readonly maxBodyBytes: number
  /** Absent: nothing is answered (204), or `media`. */
  readonly answer: Schema<unknown> | undefined
  /** The type of an answer that is no JSON. */
  readonly media: string | undefined
  /** What success may be answered with, the usual one first. */
  readonly statuses: readonly number[]
  /** Whether answers carry an ETag, and If-Match and If-None-Match are held. */
  readonly tagged: boolean
  /** Refusals besides those that every route has. */
  readonly errors: readonly AdminErrorCode[]
}

/** A route whose request has been read. */
export interface PreparedRoute {
  /** What If-Match is compared with: the answer of GET at this moment. `undefined`: there is no such thing. */
  current(services: AdminServices): Promise<unknown>
  run(services: AdminServices): Promise<unknown>
}

/** The raw parts of a request. */
export interface RawInput {
  /** Parts of the path, still percent-encoded. */
  readonly params: Readonly<Record<string, string>>
  readonly query: string
  readonly body: Buffer
}

export interface Route extends RouteFacts {
  /** Reads a request and gives what is left to do. @throws {AdminError} malformedPath, malformedQuery, malformedBody */
  prepare(raw: RawInput, by: AskedBy): PreparedRoute
}

/** The contract of a route, and its story. What is absent of `RouteFacts` has its usual value. */
export type RouteContract<Path extends string, Query extends RecordFields, Body, Answer> = Partial<RouteFacts> &
  Pick<RouteFacts, 'name' | 'method' | 'summary' | 'role' | 'scope'> & {
    readonly path: Path
    readonly query?: Query
    readonly body?: Schema<Body>
    readonly answer?: Schema<Answer>
    current?(asked: Asked<ParamsOf<Path>>, services: AdminServices): Promise<unknown>
    run(asked: Asked<ParamsOf<Path>, RecordOf<Query>, Body>, services: AdminServices): Promise<Answer>
  }

const usualBodyBytes = 64 * 1024

/** Makes a route from its contract; path, query, body and answer of its story are typed by it. */
export function route<const Path extends string, Body, Answer, Query extends RecordFields = Record<string, never>>(
  contract: RouteContract<Path, Query, Body, Answer>,
): Route {
  const { path, query, body, answer, media } = contract
  return {
    name: contract.name,
    method: contract.method,
    path,
    summary: contract.summary,
    role: contract.role,
    scope: contract.scope,
    query: query ?? {},
    body,
    maxBodyBytes: contract.maxBodyBytes ?? usualBodyBytes,
    answer,
    media,
    statuses: contract.statuses ?? [answer === undefined && media === undefined ? 204 : 200],
    tagged: contract.tagged ?? false,
    errors: contract.errors ?? [],
    prepare(raw, by) {
      const asked = {
        ...by,
        params: readParams(path, raw.params),
        query: readQuery<Query>(query, raw.query),
        body: readBody<Body>(body, raw.body),
      }
      return {
        current: async (services) => contract.current?.(asked, services),
        run: (services) => contract.run(asked, services),
      }
    },
  }
}
