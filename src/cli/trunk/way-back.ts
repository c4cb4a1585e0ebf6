/** What the Via of an answer tells of the way between two ends. */
export interface WayBack {
  /** The address that the far end saw the request come from (`received`, RFC 3261 §18.2.1). */
  readonly seenAs?: string
  /** The Via came back changed: a router on the way writes in SIP messages. */
  readonly isRewritten?: boolean
}

/** The topmost Via of a message; `undefined` when it has none. */
export function viaOf(message: string): string | undefined {
  return /^(?:via|v)\s*:\s*([^,\r\n]+)/im.exec(message)?.[1]?.trim()
}

/** @param sent the Via of the request @param received that of its answer, which must be the same but for what was added */
export function wayBack(sent: string | undefined, received: string | undefined): WayBack {
  if (sent === undefined || received === undefined) return {}
  const seenAs = /;\s*received\s*=\s*\[?([0-9a-fA-F.:]+)/i.exec(received)?.[1]
  return {
    ...(seenAs === undefined ? {} : { seenAs }),
    ...(sentBy(sent) === sentBy(received) ? {} : { isRewritten: true }),
  }
}

/** `SIP/2.0/UDP host:port` */
function sentBy(via: string): string {
  return via.split(';')[0]?.replace(/\s+/g, ' ').toLowerCase().trim() ?? ''
}
