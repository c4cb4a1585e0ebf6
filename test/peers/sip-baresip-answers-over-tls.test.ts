import { once } from 'node:events'
import { afterEach, expect, test } from 'vitest'
import { systemClock } from '../../src/lib/clock.ts'
import { silentLog } from '../../src/lib/log.ts'
import { audioOffer, readAudio } from '../../src/sip/sdp/audio.ts'
import { newCrypto } from '../../src/sip/sdp/crypto.ts'
import { startUserAgent } from '../../src/sip/user-agent.ts'
import type { SipUserAgent } from '../../src/sip/user-agent.types.ts'
import { makeCertificate } from '../../src/wire/tls/self-signed.ts'
import { freePort } from '../sockets/ports.ts'
import { type Baresip, startBaresip } from './callee/baresip.ts'
import { endOf } from './sipp/our-end.ts'

const number = '13912345678'
const ours = makeCertificate(['127.0.0.1'], Date.now())
const theirs = makeCertificate(['127.0.0.1'], Date.now())
let phone: Baresip | undefined
let agent: SipUserAgent | undefined

afterEach(async () => {
  await agent?.close()
  await phone?.stop()
})

/** Our end, which believes some authority, and baresip, which believes ours. */
async function start(authorities: string) {
  const port = await freePort()
  phone = await startBaresip({
    port,
    number,
    codec: 'pcma',
    encryption: 'srtp-mand',
    tls: { ...theirs, authorities: ours.cert },
  })
  agent = await startUserAgent({
    listen: [{ transport: 'tls', host: '127.0.0.1', port: 0 }],
    product: 'Yuyin',
    clock: systemClock,
    log: silentLog,
    tls: { certificate: ours.cert, key: ours.key, authorities },
  })
  const crypto = newCrypto('required', ['AES_CM_128_HMAC_SHA1_80'])
  const call = agent.invite({
    // baresip takes the next port for TLS.
    target: { user: number, host: '127.0.0.1', port: port + 1, transport: 'tls' },
    from: { user: '057128880000' },
    to: { user: number },
    offer: audioOffer({ host: '127.0.0.1', port: 30_000, crypto }),
    ringTimeoutMs: 20_000,
  })
  return { call, crypto }
}

test('baresip answers over TLS with SRTP, and is hung up over the same connection', async () => {
  const { call, crypto } = await start(theirs.cert)
  const [description] = await once(call, 'answered', { signal: AbortSignal.timeout(20_000) })
  expect(readAudio(String(description), crypto).srtp?.suite).toBe('AES_CM_128_HMAC_SHA1_80')
  expect(agent?.describe().connections).toBe(1)
  call.hangUp()
  expect(await endOf(call)).toEqual({ kind: 'bye', by: 'here' })
})

test('baresip with a certificate that nobody vouches for is not called', async () => {
  const { call } = await start(ours.cert)
  expect(await endOf(call)).toMatchObject({ kind: 'failed' })
  expect(phone?.printed()).not.toContain('INVITE sip:')
})
