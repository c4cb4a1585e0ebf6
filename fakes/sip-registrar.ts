import { silentLog } from '../src/lib/log.ts'
import type { SipMessage, SipRequest } from '../src/sip/message/message.ts'
import { responseTo } from '../src/sip/message/response-to.ts'
import type { RegisterRequest } from '../src/sip/registration/registration.types.ts'
import type { SipTarget } from '../src/sip/sip-target.ts'
import { startUserAgent } from '../src/sip/user-agent.ts'
import { FakeClock } from './fake-clock.ts'
import { isRequest } from './sip-far-end.ts'
import { SipNetwork } from './sip-network.ts'

/** How a registrar answers the next REGISTER. */
export type Answer = { status: number; headers?: [string, string][]; from?: 'elsewhere' } | 'silence'

/** A user agent, and a registrar (at 192.0.2.9, and another at 192.0.2.8) whose answers the test gives, one after another. */
export async function registrar(answers: Answer[], changes: Partial<RegisterRequest> = {}) {
  const clock = new FakeClock()
  const network = new SipNetwork()
  const listen = [{ transport: 'udp' as const, host: '192.0.2.1', port: 5060 }]
  const agent = await startUserAgent(
    { listen, product: 'Yuyin', clock, log: silentLog, random: () => 0.5 },
    network.open,
  )
  const arrived: { host: string; request: SipRequest }[] = []
  const hear = (host: string) => (message: SipMessage) => {
    if (!isRequest(message)) return
    arrived.push({ host, request: message })
    const answer = answers.shift() ?? { status: 200 }
    if (answer === 'silence') return
    const contact: [string, string] = ['Contact', message.headers.first('contact') ?? '']
    const headers = answer.headers ?? (answer.status === 200 ? [contact] : [])
    const sender = answer.from === 'elsewhere' ? stranger : ends.get(host)
    sender?.send(responseTo(message, answer.status, { toTag: 'r', headers }), { host: '192.0.2.1', port: 5060 })
  }
  const stranger = network.peer({ transport: 'udp', host: '192.0.2.66', port: 5060 })
  const ends = new Map(
    ['192.0.2.9', '192.0.2.8'].map((host) => [host, network.peer({ transport: 'udp', host, port: 5060 }, hear(host))]),
  )
  const targets: SipTarget[] = [...ends.keys()].map((host) => ({ host, port: 5060, transport: 'udp' }))
  const registration = agent.register({
    targets: async () => targets,
    user: '057128880000',
    domain: 'carrier.example',
    credentials: { username: 'trunk', password: 'secret' },
    ...changes,
  })
  const told: string[] = []
  registration.on('registered', ({ expiresSeconds }) => told.push(`registered ${expiresSeconds}`))
  registration.on('failed', ({ status, retrySeconds }) => told.push(`failed ${status}, again in ${retrySeconds}`))
  await clock.advance(0)
  const last = () => arrived.at(-1)?.request.headers
  return { clock, agent, arrived, registration, told, last, targets }
}
