import { readFileSync } from 'node:fs'

/**
 * One torture message, what the parser makes of it, and what a user agent that makes and takes calls does. Where the RFC
 * leaves a choice, the row holds the one taken here and `because` says why.
 */
export interface TortureRow {
  /** File name without `.dat`: the name that the RFC gives the message. */
  name: string
  /** Section of the RFC. */
  section: string
  /**
   * `sound`; the reason it is malformed for (a request that can still be answered); or `garbage`, which is dropped unread.
   */
  parsed: 'sound' | 'garbage' | { malformed: string }
  /** `call`: offered to the owner after a 100. `drop`: no answer. Else the status of the one answer, and a header of it. */
  agent: 'call' | 'drop' | { status: number; header?: [name: string, value: string] }
  because?: string
}

/** The bytes of a message. @param rfc folder, `rfc4475` or `rfc5118` */
export function tortureBytes(rfc: string, name: string): Buffer {
  return readFileSync(new URL(`${rfc}/${name}.dat`, import.meta.url))
}
