/** One way in which a request is refused. */
export interface AdminErrorRow {
  readonly status: number
  readonly message: string
  /** What to do about it. */
  readonly remedy: string
}

/** Everything that `/admin` refuses, by code. */
export const adminErrors = {
  malformedPath: {
    status: 400,
    message: 'A part of the path cannot be what it names.',
    remedy: 'See `field`; percent-encode what is not a letter or digit.',
  },
  malformedQuery: {
    status: 400,
    message: 'A query parameter cannot be used.',
    remedy: 'See `field`; the OpenAPI document lists the parameters.',
  },
  malformedBody: {
    status: 400,
    message: 'The body cannot be used.',
    remedy: 'Send one JSON object with the fields of the OpenAPI document and no others; see `field`.',
  },
  malformed: { status: 400, message: 'A value cannot be used.', remedy: 'The message says what is accepted.' },
  unauthenticated: {
    status: 401,
    message: 'This needs an admin key or a session.',
    remedy:
      'Send `Authorization: Bearer <admin key>` (`yuyin admin key create` makes one), or sign in at POST /admin/session.',
  },
  sessionEnded: { status: 401, message: 'The session has ended.', remedy: 'Sign in again at POST /admin/session.' },
  wrongLogin: {
    status: 401,
    message: 'Name and password do not belong together.',
    remedy: 'Check both. An owner can set a new password, on the server `yuyin admin password <name>` does.',
  },
  csrf: {
    status: 403,
    message: 'The request carries a session but not its CSRF token.',
    remedy: 'Send the `csrfToken` of GET /admin/session in the header X-CSRF-Token.',
  },
  forbidden: { status: 403, message: 'Your role does not allow this.', remedy: 'Ask an owner.' },
  outsideScope: {
    status: 403,
    message: 'The admin key is bound to one account, and this belongs to the whole service.',
    remedy: 'Use a key without an account.',
  },
  notFound: { status: 404, message: 'There is no such thing.', remedy: 'The list beside it shows what there is.' },
  noSuchPath: {
    status: 404,
    message: 'There is nothing at this path.',
    remedy: 'GET /admin/openapi.json lists every path.',
  },
  methodNotAllowed: { status: 405, message: 'This path has other methods.', remedy: 'See the header Allow.' },
  exists: { status: 409, message: 'It exists already, and differs.', remedy: 'Read it, or choose another name.' },
  inUse: { status: 409, message: 'Something else needs it.', remedy: 'Remove what refers to it first.' },
  unaffordable: { status: 409, message: 'The balance does not cover it.', remedy: 'Read the balance.' },
  preconditionFailed: {
    status: 412,
    message: 'It has changed, or If-None-Match met something.',
    remedy: 'Read it again, merge, and send the new ETag in If-Match.',
  },
  tooLarge: { status: 413, message: 'The body is too large.', remedy: 'The OpenAPI document gives the limit.' },
  unsupportedMedia: {
    status: 415,
    message: 'Bodies are JSON.',
    remedy: 'Send Content-Type: application/json, in UTF-8 and without Content-Encoding.',
  },
  tooManyLogins: {
    status: 429,
    message: 'Too many failed sign-ins.',
    remedy: 'Wait for the seconds that the header Retry-After gives.',
  },
  unavailable: {
    status: 503,
    message: 'The database does not answer.',
    remedy: 'Try again; an operator finds the reason in the log.',
  },
  internal: {
    status: 500,
    message: 'This is a fault of the service.',
    remedy: 'Its log tells more under the request id.',
  },
} as const satisfies Record<string, AdminErrorRow>

export type AdminErrorCode = keyof typeof adminErrors

/** A request is refused, with a row of `adminErrors`. */
export class AdminError extends Error {
  override readonly name = 'AdminError'
  readonly code: AdminErrorCode
  /** The field, query parameter or part of the path that is meant. */
  readonly field: string | undefined
  readonly headers: Readonly<Record<string, string>>

  constructor(
    code: AdminErrorCode,
    { message, field, headers = {} }: { message?: string; field?: string; headers?: Record<string, string> } = {},
  ) {
    super(message ?? adminErrors[code].message)
    this.code = code
    this.field = field
    this.headers = headers
  }

  get status(): number {
    return adminErrors[this.code].status
  }
}

const refusalCodes: Readonly<Record<string, AdminErrorCode>> = {
  exists: 'exists',
  unknown: 'notFound',
  malformed: 'malformed',
  inUse: 'inUse',
  unaffordable: 'unaffordable',
}

/** What the store refused (an `AdminRefused`, see `ports.ts`), or a voice file that is none, as an error of the API. */
export function asAdminError(error: unknown): AdminError | undefined {
  if (error instanceof AdminError) return error
  if (!(error instanceof Error)) return undefined
  if (error.name === 'VoiceRefused' || error.name === 'AnnouncementRefused')
    return new AdminError('malformed', { message: error.message, field: 'audio' })
  const refusal = error.name === 'AdminRefused' && 'refusal' in error ? error.refusal : undefined
  const code = typeof refusal === 'string' ? refusalCodes[refusal] : undefined
  return code === undefined ? undefined : new AdminError(code, { message: error.message })
}
