import { spawn } from 'node:child_process'

/** Longer than any round takes. */
const limitSeconds = 120

/**
 * The ceiling of `calls`: sipp calls sipp as fast as the two can, with nothing between them. INVITE, 180, 200, ACK, BYE, 200,
 * no audio, no API, no database.
 *
 * @param calleePort where a sipp answers, on loopback
 * @returns complete calls per second
 */
export async function callsBySipp(calleePort: number, calls: number): Promise<number> {
  const started = performance.now()
  const callerOptions = ['-sn', 'uac', '-i', '127.0.0.1', '-nostdin', '-d', '0', '-timeout', String(limitSeconds)]
  const load = ['-m', String(calls), '-r', '10000', '-l', '400']
  const caller = spawn('sipp', [...callerOptions, ...load, `127.0.0.1:${calleePort}`], { stdio: 'ignore' })
  const exitCode = await new Promise<number | null>((resolve, reject) => {
    caller.once('error', reject)
    caller.once('exit', resolve)
  })
  if (exitCode !== 0) throw new Error(`sipp as caller ended with ${exitCode}`)
  return calls / ((performance.now() - started) / 1000)
}
