import { describe, expect, it } from 'vitest'
import { pushSignature } from './push-signature.ts'

describe('pushSignature', () => {
  it('is HMAC-SHA256 of time and body', () => {
    // printf '1704164645.[{"call_id":"a"}]' | openssl dgst -sha256 -hmac secret
    expect(pushSignature('secret', '[{"call_id":"a"}]', 1_704_164_645_999)).toBe(
      't=1704164645,v1=d3045a5ab14b3e0cdbbde5610a444a125a7ff98191a5a3b01d26393ea58bc158',
    )
  })
})
