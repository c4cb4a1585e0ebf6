import type { SrtpKeys, SrtpSuite } from '../media.ts'
import { RtcpProtection } from './rtcp-protection.ts'
import { RtpProtection } from './rtp-protection.ts'
import { sessionKeys } from './session-keys.ts'

/** Octets of the tag of an RTP packet (RFC 4568 §6.2). */
const rtpTagBytes: Readonly<Record<SrtpSuite, number>> = {
  AES_CM_128_HMAC_SHA1_80: 10,
  AES_CM_128_HMAC_SHA1_32: 4,
}

/** Both protocols of one direction under one master key. */
interface Direction {
  readonly suite: SrtpSuite
  readonly master: string
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
   * Which keys hold from now on. A direction whose key stays keeps its counters (a description that is repeated must not
   * make old packets new again); another key begins anew (RFC 3711 §3.3.1).
   *
   * @throws {RangeError} for a key that is none; its text is not told
   */
  use(keys: SrtpKeys | undefined): void {
    const out = keys && direction(this.#out, keys.suite, keys.localKey)
    this.#in = keys && direction(this.#in, keys.suite, keys.remoteKey)
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

function direction(before: Direction | undefined, suite: SrtpSuite, master: string): Direction {
  if (before?.suite === suite && before.master === master) return before
  return {
    suite,
    master,
    rtp: new RtpProtection(sessionKeys(master, 'rtp'), rtpTagBytes[suite]),
    rtcp: new RtcpProtection(sessionKeys(master, 'rtcp')),
  }
}
