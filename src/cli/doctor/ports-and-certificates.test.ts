import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readConfig, type SettingName } from '../../config.ts'
import { makeCertificate } from '../../wire/tls/self-signed.ts'
import { machineChecks } from './machine-checks.ts'
import { serviceChecks } from './service-checks.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'yuyin-doctor-'))
})
afterEach(() => rm(folder, { recursive: true }))

const anyPort = { httpPort: '0', sipPort: '0', httpsPort: '0', sipTlsPort: '0' }

function checks(flags: Partial<Record<SettingName, string>>) {
  const data = { data: folder, profile: 'dev', ...anyPort }
  const config = readConfig({ file: join(folder, 'none.yaml'), environment: {}, flags: { ...data, ...flags } })
  return [...machineChecks(config, undefined), ...serviceChecks(config, undefined)]
}

const portNames = (flags: Partial<Record<SettingName, string>>) =>
  checks(flags)
    .map(({ name }) => name)
    .filter((name) => name.includes('port') && !name.startsWith('RTP'))

describe('the doctor looks at', () => {
  it('every port that a node would open', async () => {
    expect(portNames({})).toEqual(['HTTP port', 'SIP port, TCP', 'SIP port, UDP'])
    const secured = { tls: 'self-made', sipTls: 'self-made' }
    expect(portNames(secured)).toEqual(['HTTP port', 'HTTPS port', 'SIP port, TCP', 'SIP port, UDP', 'SIP port, TLS'])
    const found = await checks(secured)
      .find(({ name }) => name === 'HTTPS port')
      ?.run()
    expect(found).toEqual({ state: 'good', found: 'any free one of 127.0.0.1' })
  })

  it('a certificate that was given, and makes none', async () => {
    const look = async (flags: Partial<Record<SettingName, string>>) =>
      (
        await checks(flags)
          .find(({ name }) => name.endsWith('certificate'))
          ?.run()
      )?.found
    expect(await look({ tls: 'self-made' })).toBeUndefined()
    const [tlsCert, tlsKey] = [join(folder, 'cert.pem'), join(folder, 'key.pem')]
    expect(await look({ tls: 'given' })).toContain('name the files of certificate and key')
    expect(await look({ sipTls: 'given', tlsCert, tlsKey })).toContain('cert.pem cannot be read')
    const { cert, key } = makeCertificate(['node.example'], Date.now())
    await writeFile(tlsCert, cert)
    await writeFile(tlsKey, key)
    expect(await look({ tls: 'given', tlsCert, tlsKey })).toBe(`${tlsCert} and its key`)
  })
})
