import type { Script } from '../script/script.ts'

/** `<12 digits>^<12 digits>`, unique, sortable by time. */
export type CallId = string

/**
 * What kind of call it is, in the words of the reference's product ids. Decides the order in the queue, the callee
 * frequency that counts together, and the `ProdId` that finds the record.
 */
export type Product = 'verification' | 'notification' | 'ivr' | 'doubleCall' | 'smartCall' | 'sip'

/** `ProdId` of QueryCallDetailByCallId (reference, chapter on call records). */
export const productIds = {
  notification: 11000000300006,
  verification: 11010000138001,
  ivr: 11000000300005,
  doubleCall: 11000000300004,
  sip: 11000000300009,
  smartCall: 11030000180001,
} as const satisfies Record<Product, number>

/** Order of dialling: codes, notifications, interactive, campaigns. Lower is sooner. */
export const dialPriority = {
  verification: 10,
  notification: 20,
  ivr: 30,
  doubleCall: 30,
  smartCall: 30,
  sip: 30,
} as const satisfies Record<Product, number>

/** A call as it was accepted: everything needed to place it, on disk before its CallId is told to anyone. */
export interface Call {
  readonly callId: CallId
  readonly accountId: string
  /** The API operation, `SingleCallByTts`. */
  readonly operation: string
  readonly product: Product
  /** As it is dialled: mainland mobile, area code + landline, or country code + number (`PhoneNumber.digits`). */
  readonly calledNumber: string
  /** The number shown to the callee; empty in public mode. */
  readonly showNumber: string
  /** OutId of the request, empty when absent. */
  readonly outId: string
  readonly script: Script
  /** Wall time of the accept, milliseconds. */
  readonly acceptedAt: number
}
