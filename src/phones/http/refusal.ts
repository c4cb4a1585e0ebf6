/** Why the control API refuses a request, and the HTTP status of it. */
const statuses = {
  badNumber: 400,
  badQuery: 400,
  badJson: 400,
  badScript: 400,
  badAudio: 400,
  noSuchCall: 404,
  nothingHeard: 404,
  noSuchPath: 404,
  stillRunning: 409,
  tooLarge: 413,
  tooManyStreams: 503,
} as const

export type RefusalCode = keyof typeof statuses

/** A request that the phones refuse. The message tells the caller what to do. */
export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly code: RefusalCode

  constructor(code: RefusalCode, message: string) {
    super(message)
    this.code = code
  }

  get status(): number {
    return statuses[this.code]
  }
}
