/** Seconds from 1900-01-01 to 1970-01-01, the start of NTP time to the start of Unix time (RFC 3550 §4). */
const unixEpochSeconds = 2_208_988_800
const fractionUnits = 0x1_0000_0000

/** A wall time as NTP writes it: 32 bits of seconds since 1900, 32 bits of their fraction. */
export interface NtpTime {
  seconds: number
  fraction: number
}

/** @param wallMs milliseconds since 1970, with a fraction */
export function ntpTime(wallMs: number): NtpTime {
  const seconds = Math.floor(wallMs / 1000)
  return {
    seconds: (seconds + unixEpochSeconds) >>> 0,
    fraction: Math.floor(((wallMs - seconds * 1000) / 1000) * fractionUnits),
  }
}

/** The middle 32 bits, which reports name each other by: units of 1/65536 s (RFC 3550 §6.4.1, LSR). */
export function middleBits(time: NtpTime): number {
  return (((time.seconds & 0xffff) << 16) | (time.fraction >>> 16)) >>> 0
}

/** Milliseconds in a span of 1/65536 s; a negative one (clocks, rounding) counts as none. */
export function spanMs(units: number): number {
  return Math.max(0, ((units | 0) / 65_536) * 1000)
}
