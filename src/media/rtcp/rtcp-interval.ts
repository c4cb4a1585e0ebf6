/** RFC 3550 §6.2: the least time between reports, halved before the first. */
const minimumSeconds = 5
/** §6.3.1: makes up for reconsideration, which converges below the intended bandwidth: e - 3/2. */
const compensation = Math.E - 1.5
/** G.711 at 50 packets a second with IP and UDP headers, of which reports may use 5 % (§6.2), in octets per second. */
const rtcpOctetsPerSecond = (10_000 * 5) / 100

/**
 * How long to wait for the next report (RFC 3550 §6.3.1). With the two members of a phone call that is 2.5 … 7.5 s
 * over 1.22, half of it before the first; membership does not change, so timer reconsideration (§6.3.3) has nothing to
 * reconsider.
 *
 * @param members everyone known, ourselves included
 * @param averageOctets size of a compound packet with IP and UDP headers
 * @param random 0 … 1
 */
export function rtcpIntervalMs(members: number, averageOctets: number, isFirst: boolean, random: number): number {
  const least = isFirst ? minimumSeconds / 2 : minimumSeconds
  const seconds = Math.max(least, (members * averageOctets) / rtcpOctetsPerSecond)
  return ((seconds * (0.5 + random)) / compensation) * 1000
}
