import { setTimeout as sleep } from 'node:timers/promises'
import { systemClock } from '../src/lib/clock.ts'
import { silentLog } from '../src/lib/log.ts'
import { audioOffer } from '../src/sip/sdp/audio.ts'
import { startUserAgent } from '../src/sip/user-agent.ts'
import type { SipUserAgent } from '../src/sip/user-agent.types.ts'
import { median } from './load/median.ts'
import type { Report } from './report.ts'

const rounds = 3
const warmUpCalls = 2000
const callsPerRound = 4000
const callsAtOnce = 50
const steadyRate = 250
const steadySeconds = 8

/** SIP calls with both ends in this process, over UDP on loopback: seven messages a call, no audio. */
export const bench = {
  name: 'sip',
  summary: 'SIP calls with both ends in one process: how many a second, and what 250 a second cost',
  async run(report: Report): Promise<void> {
    const [caller, callee] = [await startEnd(), await startEnd()]
    const description = audioOffer({ host: '127.0.0.1', port: 30_000 })
    callee.on('call', (call) => {
      call.ring()
      call.accept(description)
    })
    const place = () => placeCall(caller, callee, description)
    try {
      await flatOut(warmUpCalls, place)
      const rates: number[] = []
      const cores: number[] = []
      for (let round = 0; round < rounds; round++) {
        report.progress(`round ${round + 1} of ${rounds}`)
        rates.push(callsPerRound / (await flatOut(callsPerRound, place)))
        cores.push(await steadily(place))
      }
      report.figure({ figure: 'calls flat out', value: median(rates), unit: 'calls/s', runs: rates })
      report.figure({ figure: `CPU at ${steadyRate} calls/s`, value: median(cores), unit: 'cores', runs: cores })
    } finally {
      await caller.close()
      await callee.close()
    }
  },
}

function startEnd(): Promise<SipUserAgent> {
  const listen = [{ transport: 'udp' as const, host: '127.0.0.1', port: 0 }]
  return startUserAgent({ listen, product: 'Yuyin', clock: systemClock, log: silentLog })
}

/** One call from INVITE to BYE. Rejects when it ends in another way. */
function placeCall(caller: SipUserAgent, callee: SipUserAgent, offer: string): Promise<void> {
  const [listener] = callee.listening
  if (listener === undefined) throw new Error('the callee does not listen')
  const call = caller.invite({
    target: { user: '1', ...listener },
    from: { user: '2' },
    to: { user: '1' },
    offer,
    ringTimeoutMs: 30_000,
  })
  call.on('answered', () => call.hangUp())
  return new Promise((resolve, reject) => {
    call.on('ended', (end) => (end.kind === 'bye' ? resolve() : reject(new Error(JSON.stringify(end)))))
  })
}

/** @returns seconds that the calls took, fifty at a time */
async function flatOut(calls: number, place: () => Promise<void>): Promise<number> {
  const start = performance.now()
  let left = calls
  const line = async () => {
    while (left-- > 0) await place()
  }
  await Promise.all(Array.from({ length: callsAtOnce }, line))
  return (performance.now() - start) / 1000
}

/** @returns cores used while calls start at a steady rate, finished transactions of the last 32 s included */
async function steadily(place: () => Promise<void>): Promise<number> {
  const start = performance.now()
  const before = process.cpuUsage()
  const calls: Promise<void>[] = []
  while (calls.length < steadyRate * steadySeconds) {
    const due = Math.floor(((performance.now() - start) / 1000) * steadyRate)
    while (calls.length < due) calls.push(place())
    await sleep(4)
  }
  await Promise.all(calls)
  const used = process.cpuUsage(before)
  return (used.user + used.system) / 1000 / (performance.now() - start)
}
