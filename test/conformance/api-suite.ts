import { beforeAll, describe, expect, it } from 'vitest'
import { productIds } from '../../src/domain/call/call.ts'
import { catalogue } from '../../src/operations/catalogue.ts'
import { devProfile } from '../../src/store/accounts/seed-dev-profile.ts'
import { writeTimestamp } from '../../src/wire/signature/timestamp.ts'
import type { Instead, SdkClient, SdkOutcome } from '../peers/sdk-clients.ts'
import { apiClients } from './clients.ts'
import type { ConformanceBench } from './conformance-bench.ts'
import type { Mark } from './conformance-table.ts'
import { tabledSteps } from './tabled-steps.ts'

/** How often a client asks at once to be throttled: the smallest limit of the catalogue is 20 a second. */
const burst = 70

/** Every client against every operation, and against the refusals that its user will meet. */
export function apiSuite(bench: () => ConformanceBench): void {
  const begin = tabledSteps('Signed API', bench)
  let callId = ''
  let cancelledId = ''

  beforeAll(async () => {
    const { node } = bench()
    callId = await node.client.playVoice('13900000002')
    await node.ended(callId)
    cancelledId = await node.client.playVoice('13900000003')
    await node.client.call('CancelCall', { CallId: cancelledId })
    await node.ended(cancelledId)
  })

  /** Parameters with which each built operation succeeds. One that is built without a line here fails the suite. */
  function sampleOf(action: string): Record<string, string> | undefined {
    const callee = {
      CalledNumber: '13900000002',
      CalledShowNumber: devProfile.number,
      PlayTimes: '1',
      OutId: 'order 1',
    }
    const samples: Record<string, Record<string, string>> = {
      SingleCallByVoice: { ...callee, VoiceCode: devProfile.voice },
      SingleCallByTts: {
        ...callee,
        TtsCode: devProfile.notificationTemplate,
        TtsParam: '{"name":"张三 *~+!","time":"9点"}',
      },
      IvrCall: {
        ...{ ...callee, StartCode: devProfile.voice, ByeCode: devProfile.voice, Timeout: '500' },
        ...{ 'MenuKeyMap.1.Key': '1', 'MenuKeyMap.1.Code': devProfile.voice },
      },
      ClickToDial: {
        ...{ CallerNumber: '13900000002', CallerShowNumber: devProfile.number },
        ...{ CalledNumber: '13800000002', CalledShowNumber: devProfile.number },
        ...{ SessionTimeout: '60', RecordFlag: 'false', OutId: 'order 1' },
      },
      CancelCall: { CallId: cancelledId },
      QueryCallDetailByCallId: {
        CallId: callId,
        ProdId: String(productIds.notification),
        QueryDate: String(Date.now()),
      },
      QueryTokenForMnsQueue: { MessageType: 'VoiceReport' },
    }
    return samples[action]
  }

  async function ask(
    client: SdkClient,
    what: string,
    mark: Mark,
    asked: { action?: string; parameters?: Record<string, string>; secret?: string; instead?: Instead } = {},
  ): Promise<SdkOutcome> {
    begin({ client: client.name, what, mark })
    const { action = 'SingleCallByTts', parameters = sampleOf(action) ?? {}, secret, instead } = asked
    const keys = secret === undefined ? bench().keys : { ...bench().keys, accessKeySecret: secret }
    return client.call(bench().originOf(client.name), keys, action, parameters, instead)
  }

  describe.each(apiClients)('$name', (client) => {
    it.each(catalogue.map(({ name, prepare }) => ({ name, isBuilt: prepare !== undefined })))(
      '$name',
      async ({ name, isBuilt }) => {
        const success = catalogue.find((one) => one.name === name)?.success
        const parameters = sampleOf(name)
        if (isBuilt && parameters === undefined) throw new Error(`add parameters of ${name} to sampleOf`)
        const { code } = await ask(client, name, isBuilt ? '✓' : '–', { action: name, parameters: parameters ?? {} })
        expect(code).toBe(isBuilt ? success : 'UnsupportedOperation')
      },
    )

    it('wrong secret', async () => {
      const { code, message } = await ask(client, 'wrong secret', '–', { secret: 'wrong' })
      expect(code).toMatch(/^SignatureDoesNotMatch$|^InvalidAccessKeySecret$/)
      expect(message).not.toBe('')
    })

    it('clock that is wrong', async () => {
      const timestamp = writeTimestamp(Date.now() - 16 * 60_000)
      expect((await ask(client, 'wrong clock', '–', { instead: { timestamp } })).code).toBe('InvalidTimeStamp.Expired')
    })

    it('request that is repeated', async () => {
      const instead = { nonce: crypto.randomUUID() }
      expect((await ask(client, 'replay', '–', { instead })).code).toBe('OK')
      expect((await ask(client, 'replay', '–', { instead })).code).toBe('SignatureNonceUsed')
    })

    it('unknown template', async () => {
      const parameters = { ...sampleOf('SingleCallByTts'), TtsCode: 'TTS_404' }
      expect((await ask(client, 'unknown template', '–', { parameters })).code).toBe('isv.TEMPLATE_ILLEGAL')
    })

    it('call that has ended', async () => {
      const parameters = { CallId: callId }
      expect((await ask(client, 'ended call', '–', { action: 'CancelCall', parameters })).code).toBe('9996')
    })

    it('parameter that is missing', async () => {
      const parameters = { TtsCode: devProfile.notificationTemplate }
      expect((await ask(client, 'missing parameter', '–', { parameters })).code).toBe('MissingCalledNumber')
    })

    it('temporary key', async () => {
      const grant = { accountId: devProfile.accountId, expiresAt: Date.now() + 60_000 }
      const { accessKeyId, secret, securityToken } = bench().node.temporaryKeys.issueKey(grant)
      begin({ client: client.name, what: 'temporary key', mark: '✓' })
      const keys = { accessKeyId, accessKeySecret: secret, securityToken }
      const token = { MessageType: 'VoiceReport' }
      expect((await client.call(bench().originOf(client.name), keys, 'QueryTokenForMnsQueue', token)).code).toBe('OK')
    })
  })

  // After all others: who is over the limit is refused for the rest of the second, whichever client asks.
  it.each(apiClients)('too many requests by $name', async (client) => {
    const all = Array.from({ length: burst }, () => ask(client, 'throttled', '–', { action: 'GetToken' }))
    const codes = new Set((await Promise.all(all)).map(({ code }) => code))
    expect(codes).toContain('Throttling.User')
    codes.delete('UnsupportedOperation')
    expect([...codes]).toEqual(['Throttling.User'])
  })
}
