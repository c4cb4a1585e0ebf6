/** One row of the gateway's errors: answered before, or instead of, an operation. */
export interface GatewayErrorRow {
  /** HTTP status. */
  readonly status: number
  /** `Message` of the answer; `{Param}` stands for the parameter's name. */
  readonly message: string
  /** What the caller can do. */
  readonly remedy: string
  /** Set where the public service knows no code for the case and this one is our own. */
  readonly ours?: true
}

/** Every code the gateway answers with (public list of common client errors; our own are marked). */
export const gatewayErrors = {
  'Missing{Param}': {
    status: 400,
    message: '{Param} is mandatory for this action.',
    remedy: 'Send the named parameter, in the query or in a form body.',
  },
  'Invalid{Param}': {
    status: 400,
    message: 'Specified parameter {Param} is not valid.',
    remedy: 'Send a value of the type and range that the message names.',
  },
  InvalidVersion: {
    status: 400,
    message: 'Specified parameter Version is not valid.',
    remedy: 'Send Version=2017-05-25: no other version is served.',
  },
  'InvalidAction.NotFound': {
    status: 404,
    message: 'Specified api is not found, please check your url and method.',
    remedy: 'Check the spelling of Action; docs/operations.md lists every operation. The API is served at the path /.',
  },
  UnsupportedOperation: {
    status: 400,
    message: 'The specified action is not supported.',
    remedy: 'The operation is known and not built yet: docs/operations.md shows the state of each.',
  },
  UnsupportedHTTPMethod: {
    status: 400,
    message: 'This http method is not supported.',
    remedy: 'Use GET or POST.',
  },
  'InvalidAccessKeyId.NotFound': {
    status: 404,
    message: 'Specified access key is not found.',
    remedy: 'Check the AccessKeyId: keys of the public service are unknown here.',
  },
  'InvalidAccessKeyId.Inactive': {
    status: 400,
    message: 'Specified access key is disabled.',
    remedy: 'Enable the AccessKey or use another one.',
  },
  'Forbidden.RAM': {
    status: 403,
    message: 'User not authorized to operate on the specified resource.',
    remedy: 'Attach a policy that allows the operation to the user (`yuyin policy check <user> <operation>`).',
  },
  SignatureDoesNotMatch: {
    status: 400,
    message: 'Specified signature is not matched with our calculation.',
    remedy: 'Compare the string to sign in the message with your own: equal strings mean a wrong AccessKey secret.',
  },
  IncompleteSignature: {
    status: 400,
    message: 'The request signature does not conform to the specified standards.',
    remedy: 'Authorization needs Credential, SignedHeaders (host and every x-acs- header sent) and Signature.',
  },
  InvalidSignatureMethod: {
    status: 400,
    message: 'Specified signature method is not valid.',
    remedy: 'Sign with HMAC-SHA1, HMAC-SHA256 or ACS3-HMAC-SHA256.',
  },
  SignatureNonceUsed: {
    status: 400,
    message: 'Specified signature nonce was used already.',
    remedy: 'Sign every request, also a repeated one, with a new nonce.',
  },
  'InvalidTimeStamp.Format': {
    status: 400,
    message: 'Specified time stamp or date value is not well formatted.',
    remedy: 'Send UTC time as yyyy-MM-ddTHH:mm:ssZ.',
  },
  'InvalidTimeStamp.Expired': {
    status: 400,
    message: 'Specified time stamp or date value is expired.',
    remedy: 'Set the clock: the time may differ by 15 minutes from that of the service.',
  },
  'InvalidSecurityToken.Expired': {
    status: 400,
    message: 'Specified SecurityToken is expired.',
    remedy: 'Use a new temporary key (`yuyin key temporary`).',
  },
  'InvalidSecurityToken.Malformed': {
    status: 400,
    message: 'Specified SecurityToken is malformed.',
    remedy:
      'Send the whole token of the temporary key. Tokens of other services, and of the queues, are not known here.',
  },
  'InvalidSecurityToken.MismatchWithAccessKey': {
    status: 400,
    message: 'Specified SecurityToken does not belong to the access key.',
    remedy: 'Send the token that came with the AccessKeyId; leave it out with a permanent AccessKey, which has none.',
  },
  'InvalidBearerToken.Expired': {
    status: 400,
    message: 'Specified BearerToken is expired.',
    remedy: 'Use a new token (`yuyin key bearer`).',
    ours: true,
  },
  'InvalidBearerToken.Malformed': {
    status: 400,
    message: 'Specified BearerToken is malformed.',
    remedy: 'Send the whole token as it was issued (`yuyin key bearer`).',
    ours: true,
  },
  'InvalidParameter.Format': {
    status: 400,
    message: 'The specified parameter Format is not valid: only XML and JSON are supported.',
    remedy: 'Send Format=JSON or Format=XML.',
  },
  'InvalidParameter.Accept': {
    status: 400,
    message: 'The specified header Accept is not valid: only JSON is supported.',
    remedy: 'Send Accept: application/json, or leave the header out.',
  },
  ContentLengthDoesNotMatch: {
    status: 400,
    message: 'The request ended before the length that its Content-Length header names.',
    remedy: 'Send as many bytes as Content-Length says.',
  },
  ContentMD5NotMatched: {
    status: 400,
    message: 'The Content-MD5 header does not match the body.',
    remedy: 'Send the base64 text of the MD5 of the body, or leave the header out.',
  },
  'Throttling.User': {
    status: 400,
    message: 'Request was denied due to user flow control.',
    remedy: 'Ask again after the time in the header x-acs-retry-after (milliseconds).',
  },
  'Throttling.Api': {
    status: 400,
    message: 'Request was denied due to api flow control.',
    remedy: 'Ask again after the time in the header x-acs-retry-after (milliseconds).',
  },
  'InvalidParameter.Encoding': {
    status: 400,
    message: 'The request parameters are not valid percent-encoded UTF-8.',
    remedy: 'Encode names and values as UTF-8, then percent-encode them; write a percent sign as %25.',
    ours: true,
  },
  'InvalidParameter.Duplicate': {
    status: 400,
    message: 'The parameter {Param} was sent more than once.',
    remedy: 'Send each parameter once, in the query or in the body.',
    ours: true,
  },
  'InvalidParameter.TooMany': {
    status: 400,
    message: 'The request has too many parameters.',
    remedy: 'Send at most 1,000 parameters.',
    ours: true,
  },
  UnsupportedMediaType: {
    status: 415,
    message: 'The body is not a form in UTF-8.',
    remedy: 'Send the body as application/x-www-form-urlencoded in UTF-8, not compressed, or use the query.',
    ours: true,
  },
  RequestTooLarge: {
    status: 413,
    message: 'The request is too large.',
    remedy: 'A body may have 1 MiB; request line and headers together 64 KiB.',
    ours: true,
  },
  RequestTimeout: {
    status: 408,
    message: 'The request did not arrive in time.',
    remedy: 'Send the whole request at once.',
    ours: true,
  },
  InvalidRequest: {
    status: 400,
    message: 'The request is not valid HTTP.',
    remedy: 'Speak HTTP/1.1 to this port.',
    ours: true,
  },
  ServiceUnavailable: {
    status: 503,
    message: 'The request has failed due to a temporary failure of the server.',
    remedy: 'Ask again a little later. Whether a call was placed is not known: its record tells.',
  },
  InternalError: {
    status: 500,
    message: 'The request processing has failed due to some unknown error, exception or failure.',
    remedy: 'Ask again; the log of the service holds the RequestId.',
  },
} as const satisfies Record<string, GatewayErrorRow>

export type GatewayErrorName = keyof typeof gatewayErrors

/** What a single answer adds to its row. */
export interface GatewayErrorDetail {
  /** Takes the place of `{Param}` in code and message. */
  readonly parameter?: string
  /** Said after the row's message. */
  readonly more?: string
  /** Milliseconds after which to ask again (header `x-acs-retry-after`). */
  readonly retryAfterMs?: number
}

/** A request that is refused by the gateway: an expected answer, not a fault of the service. */
export class GatewayError extends Error {
  override readonly name = 'GatewayError'
  readonly row: GatewayErrorName
  /** `Code` of the answer. */
  readonly code: string
  /** HTTP status. */
  readonly status: number
  readonly retryAfterMs: number | undefined

  constructor(row: GatewayErrorName, detail: GatewayErrorDetail = {}) {
    const parameter = detail.parameter ?? ''
    const message = gatewayErrors[row].message.replace('{Param}', () => parameter)
    super(`${message}${detail.more ?? ''}`)
    this.row = row
    this.code = row.replace('{Param}', () => parameter)
    this.status = gatewayErrors[row].status
    this.retryAfterMs = detail.retryAfterMs
  }
}

/** `MissingCalledNumber` and its like. */
export function missing(parameter: string): GatewayError {
  return new GatewayError('Missing{Param}', { parameter })
}

/** `InvalidPlayTimes` and its like. @param accepted what would be valid, a phrase: `an integer from 1 to 3` */
export function invalid(parameter: string, accepted: string): GatewayError {
  return new GatewayError('Invalid{Param}', { parameter, more: ` Expected: ${accepted}.` })
}
