import { execFile, execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createServer } from 'node:tls'
import { afterEach, describe, expect, test } from 'vitest'
import { systemClock } from '../../src/lib/clock.ts'
import { silentLog } from '../../src/lib/log.ts'
import { startUserAgent } from '../../src/sip/user-agent.ts'
import type {
  SipTarget,
  SipUserAgent,
  TlsIdentity,
  TlsOptions,
  UserAgentOptions,
} from '../../src/sip/user-agent.types.ts'
import { expectBrokenOff } from '../sockets/broken-off.ts'
import { listenOnLoopback } from '../sockets/ports.ts'
import { call, endOf } from './sipp/our-end.ts'

const open: { agents: SipUserAgent[]; sockets: Socket[] } = { agents: [], sockets: [] }

afterEach(async () => {
  for (const socket of open.sockets.splice(0)) socket.destroy()
  for (const agent of open.agents.splice(0)) await agent.close()
})

const ours = makeCertificate('IP:127.0.0.1,DNS:sip.example,URI:sip:service.example')
const foreign = makeCertificate('IP:127.0.0.1')

/** A certificate by openssl, which is its own authority, for servers and clients. */
function makeCertificate(names: string): { cert: string; key: string } {
  const folder = mkdtempSync(join(tmpdir(), 'yuyin-openssl-'))
  const [cert, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')]
  const kind = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-subj', '/CN=peer']
  execFileSync('openssl', ['req', ...kind, '-addext', `subjectAltName=${names}`, '-keyout', key, '-out', cert], {
    stdio: 'ignore',
  })
  const made = { cert: readFileSync(cert, 'utf8'), key: readFileSync(key, 'utf8') }
  rmSync(folder, { recursive: true })
  return made
}

/** An end of ours that speaks TLS on a free port, and answers every call. */
async function start(tls: Partial<TlsOptions> = {}, options: Partial<UserAgentOptions> = {}) {
  const agent = await startUserAgent({
    listen: [{ transport: 'tls', host: '127.0.0.1', port: 0 }],
    product: 'Yuyin',
    clock: systemClock,
    log: silentLog,
    tls: { certificate: ours.cert, key: ours.key, ...tls },
    ...options,
  })
  open.agents.push(agent)
  agent.on('call', (incoming) => incoming.accept('v=0'))
  const [listener] = agent.listening
  if (listener === undefined) throw new Error('our end does not listen')
  return { agent, port: listener.port }
}

/** What `openssl s_client` sees of a port, whether it gets a connection or not. */
function seenBy(port: number, more: string[] = []): Promise<string> {
  return new Promise((resolve, reject) => {
    const args = ['s_client', '-connect', `127.0.0.1:${port}`, ...more]
    const asked = execFile('openssl', args, { timeout: 10_000 }, (error, stdout, stderr) => {
      // It leaves with 1 when there was no handshake; anything else is none of what it saw.
      if (error === null || error.code === 1) resolve(stdout + stderr)
      else reject(error)
    })
    asked.stdin?.end()
  })
}

/** How a call to a port ends that is hung up as soon as it is answered. */
async function endOfCall(caller: SipUserAgent, target: Omit<SipTarget, 'transport' | 'host'>) {
  const out = call(caller, 0, { target: { ...target, host: '127.0.0.1', transport: 'tls' } })
  out.on('answered', () => out.hangUp())
  return endOf(out)
}

const hungUp = { kind: 'bye', by: 'here' }

describe('who connects', () => {
  test('is shown the certificate when it is admitted, and TLS 1.2 at least is spoken', async () => {
    const { port } = await start()
    expect(await seenBy(port)).toMatch(/subject=CN = peer[\s\S]*TLSv1\.3/)
    expect(await seenBy(port, ['-tls1_1', '-cipher', 'ALL:@SECLEVEL=0'])).toContain('no peer certificate available')
  })

  test('sees not even a handshake as a stranger, and is counted', async () => {
    const { agent, port } = await start({}, { admit: () => 'drop' })
    expect(await seenBy(port)).toContain('no peer certificate available')
    expect(agent.drops()).toEqual({ strangers: 0, floods: 0, connections: 1 })
    expect(agent.describe().connections).toBe(0)
  })

  test('is shown a renewed certificate from then on, as far ends are that ask for ours', async () => {
    let takeOver: (identity: TlsIdentity) => void = () => undefined
    const renewals = (use: typeof takeOver) => {
      takeOver = use
    }
    const { agent, port } = await start({ renewals, authorities: ours.cert + foreign.cert })
    const { port: demanding } = await start({ authorities: foreign.cert, demandsCertificate: true })
    expect((await endOfCall(agent, { port: demanding })).kind).toBe('failed')
    takeOver({ certificate: foreign.cert, key: foreign.key })
    const shown = await seenBy(port, ['-showcerts'])
    expect(shown).toContain(foreign.cert.trim())
    expect(await endOfCall(agent, { port: demanding })).toEqual(hungUp)
  })

  test('needs a certificate of its own where one is demanded', async () => {
    const { port } = await start({ authorities: ours.cert, demandsCertificate: true })
    const { agent: known } = await start({ authorities: ours.cert })
    expect(await endOfCall(known, { port })).toEqual(hungUp)
    const { agent: unknown } = await start({ authorities: ours.cert, certificate: foreign.cert, key: foreign.key })
    expect((await endOfCall(unknown, { port })).kind).toBe('failed')
  })

  test('and says nothing can hold 256 connections open, not more', async () => {
    const { agent, port } = await start({}, { mostMessagesPerSecond: 1_000_000 })
    const sockets = Array.from({ length: 300 }, () => connect({ host: '127.0.0.1', port }))
    open.sockets.push(...sockets)
    for (const socket of sockets) socket.on('error', expectBrokenOff)
    await new Promise<void>((resolve) => {
      let closed = 0
      const count = () => {
        closed++
        if (closed === 300 - 256) resolve()
      }
      for (const socket of sockets) socket.once('close', count)
    })
    expect(agent.describe().connections).toBe(0)
  })
})

describe('a far end that we call', () => {
  test('is believed by its authority and its name: the address, what was looked up, or a SIP name', async () => {
    const { port } = await start()
    const { agent } = await start({ authorities: ours.cert })
    expect(await endOfCall(agent, { port })).toEqual(hungUp)
    expect(await endOfCall(agent, { port, domain: { host: 'sip.example' } })).toEqual(hungUp)
    expect(await endOfCall(agent, { port, domain: { host: 'service.example' } })).toEqual(hungUp)
    expect(await endOfCall(agent, { port, domain: { host: 'other.example' } })).toMatchObject({ kind: 'failed' })
  })

  test('is not believed without its authority, and gets no byte of SIP', async () => {
    const heard: string[] = []
    const { port } = await start({}, { onMessage: ({ summary }) => void heard.push(summary) })
    const { agent } = await start({ authorities: foreign.cert })
    expect(await endOfCall(agent, { port })).toMatchObject({ kind: 'failed' })
    expect(heard).toEqual([])
    const trust = { authorities: ours.cert }
    expect(await endOfCall(agent, { port, trust })).toEqual(hungUp)
  })

  test('is believed whoever it is when the operator says so, and that is said loudly', async () => {
    const warned: string[] = []
    const log = { ...silentLog, warn: (_: object, message: string) => void warned.push(message) }
    const { port } = await start({ certificate: foreign.cert, key: foreign.key })
    const { agent } = await start({}, { log })
    expect(await endOfCall(agent, { port, trust: { verify: 'off' } })).toEqual(hungUp)
    expect(warned).toEqual([expect.stringContaining('verification is OFF')])
    expect((await endOfCall(agent, { port, trust: {} })).kind).toBe('failed')
  })

  test('is called over the connection that is there', async () => {
    const { agent: callee, port } = await start()
    const { agent } = await start({ authorities: ours.cert })
    for (let turn = 0; turn < 5; turn++) await endOfCall(agent, { port })
    expect(agent.describe().connections).toBe(1)
    expect(callee.describe().connections).toBe(1)
  })

  test('hears its name before the handshake (SNI)', async () => {
    const server = createServer({ cert: ours.cert, key: ours.key })
    const port = await listenOnLoopback(server)
    const named = once(server, 'secureConnection')
    const { agent } = await start({ authorities: ours.cert })
    const ended = endOfCall(agent, { port, domain: { host: 'sip.example' } })
    const [socket] = await named
    expect(socket.servername).toBe('sip.example')
    // A connection that is closed with the question open fails the call at once.
    socket.destroy()
    expect(await ended).toMatchObject({ kind: 'failed' })
    server.close()
  })
})
