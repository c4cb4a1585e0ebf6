/** The `Authorization` header of a V3 request, taken apart. */
export interface V3Authorization {
  /** `ACS3-HMAC-SHA256`, or another label of the family. */
  readonly algorithm: string
  readonly accessKeyId: string
  /** Lower-case names, in the order they were signed in. */
  readonly signedHeaders: readonly string[]
  /** Lower-case hex. */
  readonly signature: string
}

/**
 * Reads `ACS3-… Credential=…,SignedHeaders=a;b,Signature=…`: the three parts in any order, spaces after commas allowed.
 *
 * @returns `undefined` when a part is missing or the header is of another scheme
 */
export function readV3Authorization(header: string): V3Authorization | undefined {
  const [, algorithm, rest = ''] = /^(ACS3-[A-Za-z0-9-]{1,40})\s+(.+)$/.exec(header.trim()) ?? []
  const parts = new Map(
    rest.split(',').map((part): [string, string] => {
      const at = part.indexOf('=')
      return [part.slice(0, at).trim(), part.slice(at + 1).trim()]
    }),
  )
  const accessKeyId = parts.get('Credential')
  const signedHeaders = parts.get('SignedHeaders')
  const signature = parts.get('Signature')
  if (algorithm === undefined || !accessKeyId || !signedHeaders || !signature) return undefined
  return {
    algorithm,
    accessKeyId,
    signedHeaders: signedHeaders.toLowerCase().split(';'),
    signature: signature.toLowerCase(),
  }
}
