/** Where objects are. */
export interface ObjectAddress {
  readonly endpoint: string
  readonly bucket: string
  readonly pathStyle: boolean
}

/**
 * The URL of an object.
 *
 * @param path its key, encoded; empty for the bucket itself
 * @throws TypeError when the endpoint is no URL
 */
export function objectUrl({ endpoint, bucket, pathStyle }: ObjectAddress, path: string): string {
  const url = new URL(endpoint)
  const base = url.pathname.replace(/\/+$/, '')
  if (pathStyle) return `${url.origin}${base}/${bucket}${path === '' ? '' : `/${path}`}`
  return `${url.protocol}//${bucket}.${url.host}${base}/${path}`
}

/** A key as it stands in a URL: segments percent-encoded (RFC 3986 §2.3), slashes kept. */
export function encodeKey(key: string): string {
  return encodeURIComponent(key)
    .replace(/%2F/g, '/')
    .replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`)
}
