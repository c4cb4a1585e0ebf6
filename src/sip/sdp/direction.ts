import type { Direction } from './audio-description.ts'

/** The same stream seen from the other end. */
export function reversed(direction: Direction): Direction {
  if (direction === 'sendonly') return 'recvonly'
  if (direction === 'recvonly') return 'sendonly'
  return direction
}

/** What is left when both wishes hold (RFC 3264 §6.1): this end sends only if both allow it, and likewise receives. */
export function narrowed(one: Direction, other: Direction): Direction {
  const sends = canSend(one) && canSend(other)
  const receives = canReceive(one) && canReceive(other)
  if (sends) return receives ? 'sendrecv' : 'sendonly'
  return receives ? 'recvonly' : 'inactive'
}

/** Reads an a= direction; absent or unknown means `sendrecv` (RFC 3264 §5.1). */
export function directionOf(text: string | undefined): Direction {
  return text === 'sendonly' || text === 'recvonly' || text === 'inactive' ? text : 'sendrecv'
}

function canSend(direction: Direction): boolean {
  return direction === 'sendrecv' || direction === 'sendonly'
}

function canReceive(direction: Direction): boolean {
  return direction === 'sendrecv' || direction === 'recvonly'
}
