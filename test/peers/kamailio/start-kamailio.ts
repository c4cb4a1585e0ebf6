import { spawn, spawnSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pauseMs } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { makeCertificate } from '../../../src/wire/tls/self-signed.ts'
import { freePort, isListening } from '../../sockets/ports.ts'

/** Debian's kamailio, an independent registrar and proxy, on 127.0.0.1: `kamailio.cfg` says how it behaves. */
export interface Kamailio {
  /** UDP and TCP. */
  readonly port: number
  readonly tlsPort: number
  /** The certificate it shows, PEM: its own authority, good for 127.0.0.1 and `certificateNames`. */
  readonly certificate: string
  /** What it said so far. */
  printed(): string
  stop(): Promise<void>
}

export interface KamailioOptions {
  /** Of every account that registers or calls. */
  readonly password: string
  /** Where calls go that are for nobody who registered. */
  readonly behind?: { readonly port: number; readonly transport?: 'udp' | 'tcp' | 'tls' }
  /** Who registers is told a Service-Route (RFC 3608), itself; calls that do not come by it get 403. */
  readonly demandsServiceRoute?: boolean
  /** Calls need a digest, too (407). */
  readonly challengesCalls?: boolean
  /** Every new call is refused with this status; `silence`: nothing is answered at all. */
  readonly failsWith?: number | 'silence'
  /** Names of its certificate besides 127.0.0.1. */
  readonly certificateNames?: readonly string[]
  /** Ports instead of free ones: to come back where it was. */
  readonly port?: number
  readonly tlsPort?: number
}

/** It ends by itself after this long, whatever happens to its test. */
const lifetimeSeconds = 150

/** Starts kamailio. @throws with what it printed when it does not come up */
export async function startKamailio(options: KamailioOptions): Promise<Kamailio> {
  const started = await tryToStart(options)
  if (typeof started !== 'string') return started
  // Between finding a port free and binding it somebody else may have taken it.
  const again = started.includes('Address already in use') ? await tryToStart(options) : started
  if (typeof again !== 'string') return again
  throw new Error(`kamailio did not start:\n${again}`)
}

/** @returns what it printed when it did not come up */
async function tryToStart(options: KamailioOptions): Promise<Kamailio | string> {
  if (spawnSync('kamailio', ['-v']).error !== undefined) {
    throw new Error('kamailio is missing; install it with: apt-get install -y kamailio kamailio-tls-modules')
  }
  const folder = await mkdtemp(join(tmpdir(), 'yuyin-kamailio-'))
  const { port, tlsPort } = await portsFor(options)
  const { cert, key } = makeCertificate(['127.0.0.1', ...(options.certificateNames ?? [])], Date.now())
  const [certFile, keyFile] = [join(folder, 'cert.pem'), join(folder, 'key.pem')]
  await Promise.all([writeFile(certFile, cert), writeFile(keyFile, key, { mode: 0o600 })])
  const program = ['--kill-after=2', `${lifetimeSeconds}s`, 'kamailio', '-DD', '-E']
  const child = spawn(
    'timeout',
    [
      ...program,
      ...['-f', fileURLToPath(new URL('kamailio.cfg', import.meta.url)), '-Y', folder, '-w', folder],
      ...['-m', '32', '-M', '8'],
      ...[`udp:127.0.0.1:${port}`, `tcp:127.0.0.1:${port}`, `tls:127.0.0.1:${tlsPort}`].flatMap((one) => ['-l', one]),
      ...definitions(options, { port, certFile, keyFile }).flatMap((one) => ['-A', one]),
    ],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  )
  let printed = ''
  const hear = (chunk: Buffer) => {
    printed += String(chunk)
  }
  for (const stream of [child.stdout, child.stderr]) stream.on('data', hear)
  const gone = new Promise<void>((resolve) => child.once('close', () => resolve()))
  const stop = async () => {
    child.kill('SIGTERM')
    await gone
    await rm(folder, { recursive: true, force: true })
  }
  const isUp = async () => (await isListening(port)) && (await isListening(tlsPort))
  while (child.exitCode === null && !(await isUp())) await pauseMs(20)
  if (child.exitCode !== null) {
    await stop()
    return printed
  }
  return { port, tlsPort, certificate: cert, printed: () => printed, stop }
}

/** Two ports that are free and not the same one. */
async function portsFor(options: KamailioOptions): Promise<{ port: number; tlsPort: number }> {
  const port = options.port ?? (await freePort())
  let tlsPort = options.tlsPort
  while (tlsPort === undefined || tlsPort === port) tlsPort = await freePort()
  return { port, tlsPort }
}

function definitions(options: KamailioOptions, own: { port: number; certFile: string; keyFile: string }): string[] {
  const { password, behind, demandsServiceRoute, challengesCalls, failsWith } = options
  const { port = 9, transport = 'udp' } = behind ?? {}
  return [
    `CERTIFICATE="${own.certFile}"`,
    `PRIVATE_KEY="${own.keyFile}"`,
    `PASSWORD="${password}"`,
    `BEHIND="sip:127.0.0.1:${port};transport=${transport}"`,
    ...(demandsServiceRoute === true ? [`SERVICE_ROUTE="Service-Route: <sip:127.0.0.1:${own.port};lr>\\r\\n"`] : []),
    ...(challengesCalls === true ? ['CHALLENGES_CALLS'] : []),
    ...(failsWith === 'silence' ? ['KEEPS_SILENT'] : []),
    ...(typeof failsWith === 'number' ? [`FAILS_WITH="${failsWith}"`] : []),
  ]
}
