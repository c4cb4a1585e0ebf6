import type { Product } from '../domain/call/call.ts'
import { messageTypes } from '../domain/receipt/receipt.ts'
import { choice, pattern, text } from './schema/scalars.ts'
import type { ReadBy, Schema } from './schema/schema.ts'

/** Kinds of calls that have a price. */
export const products = [
  'verification',
  'notification',
  'ivr',
  'doubleCall',
  'smartCall',
  'sip',
] as const satisfies readonly Product[]

/** Names of people. */
export const personName = pattern(
  /^[a-z0-9][a-z0-9._-]{0,63}$/,
  '1 to 64 small letters, digits, points, dashes and underscores, the first a letter or digit',
)

export const accountId = pattern(/^\d{10,16}$/, '10 to 16 digits')

/** Names of trunks. */
export const trunkName = pattern(/^[a-z0-9][a-z0-9-]{0,39}$/, '1 to 40 small letters, digits and dashes')

/** Every variable part of a path: one name means the same everywhere. */
export const pathSegments = {
  accountId,
  userName: pattern(
    /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/,
    '1 to 64 letters, digits, points, dashes and underscores, the first a letter or digit',
  ),
  policyName: pattern(
    /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/,
    '1 to 64 letters, digits, points, dashes and underscores, the first a letter or digit',
  ),
  accessKeyId: pattern(/^[A-Za-z0-9]{1,128}$/, '1 to 128 letters and digits'),
  number: pattern(/^\+?\d{3,20}$/, '3 to 20 digits, with a + where they could be a mainland number'),
  code: pattern(/^[A-Za-z0-9_.-]{1,100}$/, '1 to 100 letters, digits, points, dashes and underscores'),
  messageType: choice(...messageTypes),
  product: choice(...products),
  reference: pattern(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, '1 to 64 letters, digits, points, dashes and underscores'),
  word: text({ max: 100 }),
  recordingId: pattern(/^[0-9a-f]{40}$/, '40 hex digits'),
  personName,
  trunkName,
  keyId: pattern(/^[0-9a-f]{16}$/, '16 hex digits'),
} as const satisfies Record<string, Schema<string>>

export type SegmentName = keyof typeof pathSegments

/** The variable parts of a path: `/accounts/{accountId}/users/{userName}` has `accountId` and `userName`. */
type NamesIn<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}` ? Name | NamesIn<Rest> : never

/** What the variable parts of a path read as. */
export type ParamsOf<Path extends string> = {
  readonly [Name in NamesIn<Path> & SegmentName]: ReadBy<(typeof pathSegments)[Name]>
}

/** The path of the list in which a path stands: without its last part. */
export type ListPathOf<Path extends string> = Path extends `${infer Head}/{${infer Name}}${infer Rest}`
  ? Rest extends ''
    ? Head
    : `${Head}/{${Name}}${ListPathOf<Rest>}`
  : never

/** Names of the variable parts, in order. */
export function segmentNames(path: string): SegmentName[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => {
    if (!isSegmentName(name)) throw new Error(`there is no part {${name}} of a path`)
    return name
  })
}

function isSegmentName(name: string): name is SegmentName {
  return Object.hasOwn(pathSegments, name)
}
