/** Something that relays the two legs of calls: our media process, or rtpengine. */
export interface Relay {
  /**
   * Sets up a call between two telephones on loopback.
   *
   * @param telephones their RTP ports
   * @returns where each of them is to send to
   */
  addCall(telephones: readonly [number, number]): Promise<readonly [number, number]>
  /** CPU seconds used since its start. */
  cpuSeconds(): Promise<number>
  close(): Promise<void>
}
