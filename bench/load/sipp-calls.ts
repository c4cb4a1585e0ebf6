import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { sippBuffer } from './sipp-callee.ts'

/** How many calls are up at once. Few are slowed down by sipp's own clock, many overflow the buffers of its sockets. */
const channelSteps = [25, 50, 100, 200]
/** More than two sipps can do: the channels are what limits. */
const callsPerSecond = '50000'
/** A step that takes longer has lost calls. */
const limitSeconds = 30

/**
 * The ceiling of `calls`: sipp calls sipp as fast as the two can, with nothing between them. INVITE, 180, 200, ACK, BYE, 200,
 * no audio, no API, no database. More and more calls at once, until a step loses one; the fastest step without a loss counts.
 *
 * @param calleePort where a sipp answers, on loopback
 * @param calls how many at each step
 * @returns complete calls per second
 * @throws when calls are lost at the first step already, with what sipp said
 */
export async function callsBySipp(calleePort: number, calls: number): Promise<number> {
  let fastest: number | undefined
  for (const channels of channelSteps) {
    const step = await placeBySipp(calleePort, calls, channels)
    if ('perSecond' in step) {
      fastest = Math.max(fastest ?? 0, step.perSecond)
    } else if (fastest === undefined) {
      throw new Error(step.failed)
    } else {
      break
    }
  }
  if (fastest === undefined) throw new Error('no step to measure')
  return fastest
}

/** Each call hangs up as soon as it is answered; the next begins when one ends. */
async function placeBySipp(
  calleePort: number,
  calls: number,
  channels: number,
): Promise<{ perSecond: number } | { failed: string }> {
  const started = performance.now()
  const options = ['-sn', 'uac', '-i', '127.0.0.1', '-nostdin', '-d', '0', ...sippBuffer]
  const load = ['-m', String(calls), '-r', callsPerSecond, '-l', String(channels)]
  const limit = ['-timeout', String(limitSeconds), '-timeout_error']
  const caller = spawn('sipp', [...options, ...load, ...limit, `127.0.0.1:${calleePort}`], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const [said, [exitCode]] = await Promise.all([text(caller.stderr), once(caller, 'exit')])
  if (exitCode === 0) return { perSecond: calls / ((performance.now() - started) / 1000) }
  return { failed: `sipp as caller of ${calls} calls, ${channels} at once, ended with ${exitCode}: ${said}` }
}
