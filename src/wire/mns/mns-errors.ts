/** Errors of the queue protocol: code → HTTP status and the text that is sent when there is nothing better to say. */
export const mnsErrors = {
  MessageNotExist: { status: 404, message: 'Message not exist.' },
  QueueNotExist: { status: 404, message: 'The queue name you provided is not exist.' },
  QueueAlreadyExist: { status: 409, message: 'A queue of this name exists, and has other attributes.' },
  QueueNameLengthError: { status: 400, message: 'A queue name has 1 to 120 characters.' },
  InvalidQueueName: {
    status: 400,
    message: 'A queue name is made of letters, digits and hyphens, and begins with a letter or a digit.',
  },
  ReceiptHandleError: { status: 400, message: 'The receipt handle you provide is not valid.' },
  MissingReceiptHandle: { status: 400, message: 'ReceiptHandle is required: as a parameter, or in the body.' },
  MissingVisibilityTimeout: { status: 400, message: 'VisibilityTimeout is required.' },
  AccessDenied: { status: 403, message: 'You may not access this resource.' },
  InvalidAccessKeyId: { status: 403, message: 'The AccessKeyId you provided does not exist.' },
  SignatureDoesNotMatch: {
    status: 403,
    message: 'The signature does not match. Check the AccessKey secret and the string to sign.',
  },
  MissingAuthorizationHeader: { status: 400, message: 'The Authorization header is required.' },
  InvalidAuthorizationHeader: {
    status: 400,
    message:
      'The Authorization header must be "MNS <AccessKeyId>:<signature>", or "MNS4-HMAC-SHA256 ' +
      'Credential=<AccessKeyId>/<yyyyMMdd>/<region>/mns/aliyun_v4_request,Signature=<64 hexadecimal digits>".',
  },
  MissingDateHeader: { status: 400, message: 'The Date header is required, or x-mns-date in its place.' },
  InvalidDateHeader: { status: 400, message: 'The date must look like "Tue, 02 Jan 2024 03:04:05 GMT".' },
  TimeExpired: { status: 400, message: 'The date of the request is more than 15 minutes away from the server time.' },
  MissingVersionHeader: { status: 400, message: 'The x-mns-version header is required.' },
  InvalidVersionHeader: { status: 400, message: 'x-mns-version must be 2015-06-06.' },
  InvalidArgument: { status: 400, message: 'An argument is not valid.' },
  InvalidRequestURL: { status: 400, message: 'No queue and no operation is known by this path.' },
  InvalidQueryString: { status: 400, message: 'The query string cannot be read.' },
  MalformedXML: { status: 400, message: 'The XML body cannot be read.' },
  // The reference spells it so, and clients compare the text.
  InvalidDegist: { status: 400, message: 'Content-MD5 does not match the body.' },
  UnsupportedOperation: { status: 400, message: 'This operation is not supported.' },
  InternalError: { status: 500, message: 'Something went wrong here. Please try again.' },
} as const satisfies Record<string, { status: number; message: string }>

export type MnsErrorCode = keyof typeof mnsErrors

/** A refused request of the queue protocol. The message is shown to the caller. */
export class MnsError extends Error {
  override readonly name = 'MnsError'
  readonly code: MnsErrorCode
  readonly status: number

  constructor(code: MnsErrorCode, message: string = mnsErrors[code].message) {
    super(message)
    this.code = code
    this.status = mnsErrors[code].status
  }
}
