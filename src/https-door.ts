import { hostname } from 'node:os'
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import type { Config } from './config.ts'
import type { Clock } from './lib/clock.ts'
import type { Log } from './lib/log.ts'
import { ConfigError, listOf } from './setting.ts'
import { type CertificateSource, givenCertificate, selfMadeCertificate } from './wire/tls/certificate-source.ts'
import { createHttpsPort, type HttpsPort } from './wire/tls/https-port.ts'

/** The HTTPS port that the settings ask for; `undefined` when they ask for none. @throws {ConfigError} */
export function httpsDoor(app: FastifyInstance, config: Config, clock: Clock, log: Log): HttpsPort | undefined {
  const source = certificateOf('tls', config)
  return source && createHttpsPort(app, { source, clock, log })
}

/** The certificate that a door shows by its setting; `undefined` when it speaks no TLS. @throws {ConfigError} */
export function certificateOf(setting: 'tls' | 'sipTls', config: Config): CertificateSource | undefined {
  switch (config[setting]) {
    case 'off':
      return undefined
    case 'given':
      if (config.tlsCert === '' || config.tlsKey === '') {
        throw new ConfigError(`${setting} is given: name the files of certificate and key in tlsCert and tlsKey.`)
      }
      return givenCertificate(config.tlsCert, config.tlsKey)
    case 'self-made':
      return selfMadeCertificate(join(config.data, 'tls'), namesOf(config))
  }
}

/** Every name by which this machine may be asked for. */
function namesOf(config: Config): string[] {
  const asked = listOf(config.tlsNames)
  const own = [hostname(), config.advertisedHost, config.httpHost, 'localhost', '127.0.0.1', '::1']
  const isNamed = (name: string) => name !== '' && name !== '0.0.0.0' && name !== '::'
  return [...new Set([...asked, ...own].filter(isNamed))]
}
