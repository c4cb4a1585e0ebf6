import { expect, it } from 'vitest'
import { withoutSecrets } from './without-secrets.ts'

it('blanks credentials, folded ones too, and keys of the audio; nothing else', () => {
  const text = [
    'INVITE sip:1@127.0.0.1 SIP/2.0',
    'authorization: Digest username="a",',
    '  response="secret"',
    'WWW-Authenticate: Digest nonce="secret"',
    'Call-ID: secretly-kept',
    'Proxy-Authorization : Digest response="secret"',
    'Authentication-Info: rspauth="secret", nextnonce="secret"',
    '',
    'v=0',
    'a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:"secret"',
  ].join('\r\n')
  const blanked = withoutSecrets(text)
  expect(blanked).not.toContain('"secret"')
  expect(blanked.split('\r\n')).toEqual([
    'INVITE sip:1@127.0.0.1 SIP/2.0',
    'authorization: (left out)',
    'WWW-Authenticate: (left out)',
    'Call-ID: secretly-kept',
    'Proxy-Authorization: (left out)',
    'Authentication-Info: (left out)',
    '',
    'v=0',
    'a=crypto:1 AES_CM_128_HMAC_SHA1_80 (not shown)',
  ])
})
