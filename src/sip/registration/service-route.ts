import { parseAddress } from '../message/address.ts'
import { parseUri } from '../message/uri.ts'

/** More proxies than this do not stand between a caller and its carrier. */
const mostRoutes = 8

/**
 * The proxies that a registrar wants to be passed, as Route values for requests of ours (RFC 3608 §5): each must be a SIP
 * URI with `lr`, since none may take the place of the Request-URI.
 *
 * @param values of its Service-Route, nearest first
 * @returns `undefined` when they cannot be followed; then none of them is
 */
export function followableRoutes(values: readonly string[]): readonly string[] | undefined {
  if (values.length > mostRoutes) return undefined
  return values.every(isLoose) ? values : undefined
}

function isLoose(value: string): boolean {
  return parseUri(parseAddress(value)?.uri ?? '')?.params.has('lr') === true
}
