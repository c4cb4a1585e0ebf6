import { readFile } from 'node:fs/promises'
import type { Config } from './config.ts'
import { certificateOf } from './https-door.ts'
import type { Clock } from './lib/clock.ts'
import type { Closing } from './lib/closing.ts'
import type { Log } from './lib/log.ts'
import { Rounds } from './lib/rounds.ts'
import { ConfigError } from './setting.ts'
import type { TlsIdentity, TlsOptions } from './sip/user-agent.types.ts'
import type { CertificateSource } from './wire/tls/certificate-source.ts'
import type { Certificate } from './wire/tls/self-signed.ts'

/** How often the certificate is looked at again, milliseconds. */
const lookAgainMs = 3_600_000

/**
 * How this node speaks SIP over TLS; `undefined` when the settings ask for none. A certificate that is renewed in place is
 * taken over within the hour.
 *
 * @throws {ConfigError} and refusals of the certificate, with messages that say what to do
 */
export async function sipTlsOf(
  config: Config,
  { clock, log }: { clock: Clock; log: Log },
  closing: Closing,
): Promise<TlsOptions | undefined> {
  const source = certificateOf('sipTls', config)
  if (source === undefined) return undefined
  const first = await source(clock.now())
  return {
    ...identityOf(first),
    ...(config.sipTlsAuthorities !== '' && { authorities: await readAuthorities(config.sipTlsAuthorities) }),
    ...(!config.sipTlsVerify && { verify: 'off' as const }),
    renewals: (takeOver) => watch(source, first, takeOver, { clock, log }, closing),
  }
}

function watch(
  source: CertificateSource,
  first: Certificate,
  takeOver: (identity: TlsIdentity) => void,
  { clock, log }: { clock: Clock; log: Log },
  closing: Closing,
): void {
  let current = first
  const looks = new Rounds({
    everyMs: lookAgainMs,
    clock,
    work: async () => {
      const next = await source(clock.now())
      if (next.cert !== current.cert) {
        takeOver(identityOf(next))
        log.info({}, 'SIP over TLS has a new certificate')
      }
      current = next
    },
    failed: (error) => log.warn({ err: error }, 'the old certificate of SIP over TLS stays in use'),
  })
  closing.add(() => looks.stop())
  looks.start()
}

function identityOf({ cert, key }: Certificate): TlsIdentity {
  return { certificate: cert, key }
}

async function readAuthorities(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    throw new ConfigError(
      `sipTlsAuthorities: ${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
    )
  }
}
