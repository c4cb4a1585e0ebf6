import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { FakeClock } from '../fakes/fake-clock.ts'
import { readConfig } from './config.ts'
import { Closing } from './lib/closing.ts'
import { silentLog } from './lib/log.ts'
import { sipTlsOf } from './sip-tls.ts'
import { makeCertificate } from './wire/tls/self-signed.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'yuyin-sip-tls-'))
})
afterEach(() => rm(folder, { recursive: true }))

const file = (name: string) => join(folder, name)

async function writePair(name: string) {
  const { cert, key } = makeCertificate([name], Date.now())
  await Promise.all([writeFile(file('cert.pem'), cert), writeFile(file('key.pem'), key)])
  return cert
}

function tlsOf(flags: Record<string, string>, clock = new FakeClock(), closing = new Closing()) {
  const config = readConfig({ file: file('none.yaml'), environment: {}, flags: { data: folder, ...flags } })
  return sipTlsOf(config, { clock, log: silentLog }, closing)
}

const given = () => ({ sipTls: 'given', tlsCert: file('cert.pem'), tlsKey: file('key.pem') })

it('is off unless asked for', async () => {
  expect(await tlsOf({})).toBeUndefined()
})

it('takes over a given certificate that was renewed in place, and looks no more when the node closes', async () => {
  const first = await writePair('one.example')
  const [clock, closing] = [new FakeClock(), new Closing()]
  const tls = await tlsOf(given(), clock, closing)
  expect(tls).toMatchObject({ certificate: first })
  const shown: string[] = []
  tls?.renewals?.(({ certificate }) => shown.push(certificate))
  const second = await writePair('two.example')
  await clock.advance(3_600_000)
  while (shown.length === 0) await clock.advance(0)
  expect(shown).toEqual([second])
  await closing.close()
  expect(clock.pendingTimers).toBe(0)
})

it('believes the authorities in the file, or anybody when told so', async () => {
  const cert = await writePair('one.example')
  expect(await tlsOf({ ...given(), sipTlsAuthorities: file('cert.pem') })).toMatchObject({ authorities: cert })
  expect(await tlsOf({ ...given(), sipTlsVerify: 'off' })).toMatchObject({ verify: 'off' })
  expect(await tlsOf(given())).not.toHaveProperty('verify')
})

it('says which file cannot be read', async () => {
  await writePair('one.example')
  await expect(tlsOf({ ...given(), sipTlsAuthorities: file('none.pem') })).rejects.toThrow(
    /sipTlsAuthorities: .*none\.pem/,
  )
  await expect(tlsOf({ sipTls: 'given' })).rejects.toThrow('sipTls is given')
})
