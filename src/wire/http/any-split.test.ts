import fc from 'fast-check'
import { expect, it } from 'vitest'
import { createTestGateway } from '../../../fakes/test-gateway.ts'
import { canonicalQuery } from '../signature/canonical-query.ts'
import { v1StringToSign } from '../signature/string-to-sign.ts'
import { writeTimestamp } from '../signature/timestamp.ts'
import { v1Signature } from '../signature/verify.ts'

/** Parameters of a signed POST, the signature among them. */
function signedPost(now: number, nonce: string, outId: string): [name: string, value: string][] {
  const parameters = new Map(
    Object.entries({
      ...{ Action: 'SingleCallByTts', Version: '2017-05-25', Format: 'JSON', AccessKeyId: 'testId' },
      ...{ SignatureMethod: 'HMAC-SHA1', SignatureVersion: '1.0', SignatureNonce: nonce },
      ...{ Timestamp: writeTimestamp(now), CalledNumber: '13900000000', TtsCode: 'TTS_10002', OutId: outId },
      TtsParam: JSON.stringify({ name: '张三 *~+&=%', time: '9点' }),
    }),
  )
  parameters.set('Signature', v1Signature('HMAC-SHA1', 'testSecret', v1StringToSign('POST', parameters)))
  return [...parameters]
}

it('a POST is understood however its parameters are spread over query and body, in any order', async () => {
  const gateway = createTestGateway()
  let count = 0
  const places = fc.array(fc.boolean(), { minLength: 13, maxLength: 13 })
  const outIds = fc.stringMatching(/^[A-Za-z0-9+ _~*-]{1,15}$/)
  await fc.assert(
    fc.asyncProperty(places, outIds, fc.boolean(), fc.boolean(), async (inQuery, outId, isReversed, withPlus) => {
      const pairs = signedPost(gateway.clock.now(), `n${count++}`, outId)
      if (isReversed) pairs.reverse()
      const query = canonicalQuery(new Map(pairs.filter((_, index) => inQuery[index])))
      const form = canonicalQuery(new Map(pairs.filter((_, index) => !inQuery[index])))
      const response = await gateway.app.inject({
        method: 'POST',
        url: `/?${query}`,
        payload: withPlus ? form.replaceAll('%20', '+') : form,
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
      })
      expect(response.json()).toMatchObject({ Code: 'OK' })
      expect(gateway.ports.accepted.at(-1)?.call.outId).toBe(outId)
    }),
    { numRuns: 200 },
  )
})
