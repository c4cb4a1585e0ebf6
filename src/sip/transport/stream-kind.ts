import { connect, createServer, isIP, type Server, type Socket } from 'node:net'
import {
  checkServerIdentity,
  connect as connectTls,
  createSecureContext,
  createServer as createTlsServer,
  type PeerCertificate,
  type SecureContext,
  type Server as TlsServer,
} from 'node:tls'
import type { Log } from '../../lib/log.ts'
import type { TlsTrust } from '../sip-target.ts'
import type { TlsIdentity, TlsOptions } from '../user-agent.types.ts'
import type { Remote } from './transport.ts'

/** How streams are made: plain, or inside TLS. Everything else is the same for both. */
export interface StreamKind {
  readonly transport: 'tcp' | 'tls'
  createServer(): Server
  /** The server's event with a stream that can be read. */
  readonly accepted: 'connection' | 'secureConnection'
  connect(remote: Remote): Socket
  /** The event of a stream of ours that can be written. */
  readonly established: 'connect' | 'secureConnect'
}

export const plainStreams: StreamKind = {
  transport: 'tcp',
  createServer: () => createServer({ noDelay: true }),
  accepted: 'connection',
  connect: ({ host, port }) => connect({ host, port }),
  established: 'connect',
}

/** Who connects has this long for the handshake, milliseconds. */
const handshakeMs = 5_000

/** RFC 9325 §3.1.1: nothing older is spoken. */
const oldestVersion = 'TLSv1.2'

/**
 * Streams inside TLS (RFC 3261 §26.3.1): the far end of a connection of ours must show a certificate for the name it was
 * called by, unless verification is off for it.
 *
 * @throws the system's error when certificate, key or authorities cannot be used
 */
export function secureStreams(options: TlsOptions, log: Log): StreamKind {
  const { authorities, demandsCertificate } = options
  let identity = identityOf(options)
  let server: TlsServer | undefined
  // Contexts are kept: reading all authorities takes longer than a handshake.
  const contexts = new Map<string | undefined, SecureContext>()
  const contextFor = (ca: string | undefined) => {
    const known = contexts.get(ca)
    if (known !== undefined) return known
    const context = createSecureContext({ ...identity, ...(ca !== undefined && { ca }) })
    contexts.set(ca, context)
    return context
  }
  contextFor(authorities)
  options.renewals?.((renewed) => {
    identity = identityOf(renewed)
    contexts.clear()
    server?.setSecureContext({ ...identity, ...(authorities !== undefined && { ca: authorities }) })
  })
  if (options.verify === 'off') {
    log.warn({}, 'sip: TLS verification is OFF: whoever answers is believed, and anybody on the way can listen')
  }
  return {
    transport: 'tls',
    createServer() {
      const created = createTlsServer({
        ...identity,
        ...(authorities !== undefined && { ca: authorities }),
        ...(demandsCertificate === true && { requestCert: true, rejectUnauthorized: true }),
        handshakeTimeout: handshakeMs,
        noDelay: true,
      })
      created.on('tlsClientError', (error, socket) => {
        const { remoteAddress: source } = socket
        // Without an address it was closed by this end, as a stranger's.
        if (source !== undefined) log.info({ source, err: error.message }, 'sip: a TLS handshake failed')
        socket.destroy()
      })
      server = created
      return created
    },
    accepted: 'secureConnection',
    connect(remote) {
      const { host, port, certificateName = host } = remote
      const trust: TlsTrust = remote.trust ?? options
      if (remote.trust?.verify === 'off') log.warn({ host, port }, 'sip: TLS verification is OFF for this far end')
      return connectTls({
        host,
        port,
        secureContext: contextFor(trust.authorities ?? authorities),
        // RFC 6066 §3: addresses are not sent as server name.
        ...(isIP(certificateName) === 0 && { servername: certificateName }),
        rejectUnauthorized: trust.verify !== 'off',
        checkServerIdentity: (_, shown) => checkSipIdentity(certificateName, shown),
      })
    },
    established: 'secureConnect',
  }
}

function identityOf({ certificate, key }: TlsIdentity) {
  return { cert: certificate, key, minVersion: oldestVersion } as const
}

/**
 * Whether a certificate is good for a SIP name: by a `sip:` URI, a DNS name or an address among its alternative names (RFC 5922
 * §7.1, §7.2). Other than there, a wildcard DNS name counts, since carriers have such certificates.
 *
 * @returns what is wrong, `undefined` when it is good
 */
export function checkSipIdentity(name: string, shown: PeerCertificate): Error | undefined {
  const uris = (shown.subjectaltname ?? '').split(', ').filter((one) => one.startsWith('URI:'))
  if (uris.some((one) => one.toLowerCase() === `uri:sip:${name.toLowerCase()}`)) return undefined
  return checkServerIdentity(name, shown)
}
