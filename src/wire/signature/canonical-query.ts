/** Decoded parameters by raw name, each name once. */
export type ParameterMap = ReadonlyMap<string, string>

const onlyUnreserved = /^[A-Za-z0-9\-_.~]*$/

/**
 * Percent-encoding of both signature families: UTF-8, upper-case hex, only `A-Z a-z 0-9 - _ . ~` left bare.
 *
 * @throws {URIError} for text with half a surrogate pair
 */
export function percentEncode(text: string): string {
  if (onlyUnreserved.test(text)) return text
  // RFC 3986 §2.2 reserves these five, which encodeURIComponent leaves bare.
  return encodeURIComponent(text).replace(/[!'()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`)
}

/** `percentEncode(percentEncode(text))`, in one go. */
export function percentEncodeTwice(text: string): string {
  return onlyUnreserved.test(text) ? text : percentEncode(text).replaceAll('%', '%25')
}

/** The names in the order in which they are signed: ordinal and case-sensitive. */
export function sortedNames(parameters: ParameterMap): string[] {
  return [...parameters.keys()].sort()
}

/** `name=value` joined by `&`, encoded and sorted: the canonical query of V3, and what V1 encodes once more. */
export function canonicalQuery(parameters: ParameterMap): string {
  let query = ''
  for (const name of sortedNames(parameters)) {
    query += `${query === '' ? '' : '&'}${percentEncode(name)}=${percentEncode(parameters.get(name) ?? '')}`
  }
  return query
}
