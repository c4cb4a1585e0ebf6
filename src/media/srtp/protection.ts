import type { SrtpKeys, SrtpSuite } from '../media.ts'
import { RtcpProtection } from './rtcp-protection.ts'
import { RtpProtection } from './rtp-protection.ts'
import { sessionKeys } from './session-keys.ts'

/** Octets of the tag of an RTP packet (RFC 4568 §6.2). */
const rtpTagBytes: Readonly<Record<SrtpSuite, number>> = {
  AES_CM_128_HMAC_SHA1_80: 10,
  AES_CM_128_HMAC_SHA1_32: 4,
}

/** Keys of one direction that are remembered: far ends may choose new ones with each description. */
const mostKeys = 16

/** Both protocols of one direction under one master key. */
interface Direction {
  readonly rtp: RtpProtection
  readonly rtcp: RtcpProtection
}

/**
 * SRTP and SRTCP of one session (RFC 3711), with the keys that the session descriptions exchanged (RFC 4568). Without keys
 * everything passes as it is.
 */
export class Protection {
  #out: Direction | undefined
  #in: Direction | undefined
  readonly #outByKey = new Map<string, Direction>()
  readonly #inByKey = new Map<string, Direction>()
  #packetsUnauthentic = 0

  /** Whether packets are protected now. */
  get isOn(): boolean {
    return this.#in !== undefined
  }

  /** Packets that were dropped: a wrong tag, sent again by somebody, or not protected at all. */
  get packetsUnauthentic(): number {
    return this.#packetsUnauthentic
  }

  /**
   * Which keys hold from now on. A key that was used before, also when the audio was in the clear meanwhile, goes on where
   * its counters stood: the same key stream must not serve twice (RFC 3711 §9.1), nor old packets be new again. A key that
   * was never used begins anew (§3.3.1).
   *
   * @throws {RangeError} for a key that is none; its text is not told
   */
  use(keys: SrtpKeys | undefined): void {
    const out = keys && direction(this.#outByKey, keys.suite, keys.localKey)
    this.#in = keys && direction(this.#inByKey, keys.suite, keys.remoteKey)
    this.#out = out
  }

  sealRtp(packet: Buffer): Buffer {
    return this.#out?.rtp.seal(packet) ?? packet
  }

  sealRtcp(packet: Buffer): Buffer {
    return this.#out?.rtcp.seal(packet) ?? packet
  }

  /** @returns the packet to be read, or undefined for one that was counted and is to be dropped */
  openRtp(datagram: Buffer): Buffer | undefined {
    return this.#in === undefined ? datagram : this.#counted(this.#in.rtp.open(datagram))
  }

  /** @returns the packet to be read, or undefined for one that was counted and is to be dropped */
  openRtcp(datagram: Buffer): Buffer | undefined {
    return this.#in === undefined ? datagram : this.#counted(this.#in.rtcp.open(datagram))
  }

  #counted(opened: Buffer | undefined): Buffer | undefined {
    if (opened === undefined) this.#packetsUnauthentic++
    return opened
  }
}

function direction(byKey: Map<string, Direction>, suite: SrtpSuite, master: string): Direction {
  const key = `${suite} ${master}`
  const known = byKey.get(key) ?? {
    rtp: new RtpProtection(sessionKeys(master, 'rtp'), rtpTagBytes[suite]),
    rtcp: new RtcpProtection(sessionKeys(master, 'rtcp')),
  }
  // The one used last goes to the end: what is forgotten is the one unused for longest.
  byKey.delete(key)
  byKey.set(key, known)
  const [oldest] = byKey.keys()
  if (byKey.size > mostKeys && oldest !== undefined) byKey.delete(oldest)
  return known
}
