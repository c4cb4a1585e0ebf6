import type { RtpSession } from './rtp-session.ts'

/** Two sessions that send each other's far ends on. */
export interface Bridge {
  /** Parts them; doing so twice is harmless. */
  close(): void
}

/**
 * Connects two sessions until the bridge or one of them is closed.
 *
 * @param onEnd once, when they are parted
 * @throws {RangeError} for one session twice, or one that is in a bridge already
 */
export function bridgeSessions(one: RtpSession, other: RtpSession, onEnd: () => void): Bridge {
  if (one === other) throw new RangeError('a session cannot be bridged to itself')
  if (one.isBridged || other.isBridged) throw new RangeError('a session can be in one bridge only')
  let isOpen = true
  const close = (): void => {
    if (!isOpen) return
    isOpen = false
    one.leaveBridge()
    other.leaveBridge()
    onEnd()
  }
  one.enterBridge(other.onward, close)
  other.enterBridge(one.onward, close)
  return { close }
}
