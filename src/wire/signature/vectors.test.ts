import { describe, expect, it } from 'vitest'
import { readV3Authorization } from './authorization-header.ts'
import { signedUrl } from './sign.ts'
import { type V3Request, v1StringToSign, v3CanonicalRequest, v3StringToSign } from './string-to-sign.ts'
import { type V1Method, verifyV1, verifyV3 } from './verify.ts'

const business = {
  CalledShowNumber: '057112345678',
  CalledNumber: '13800001111',
  TtsCode: 'TTS_1000',
  TtsParam: '{"name":"张三 *~+"}',
  Speed: '-5',
}
const common = {
  Action: 'SingleCallByTts',
  Version: '2017-05-25',
  AccessKeyId: 'testId',
  SignatureMethod: 'HMAC-SHA1',
  SignatureVersion: '1.0',
  SignatureNonce: '0123456789abcdef0123456789abcdef',
  Timestamp: '2024-01-02T03:04:05Z',
  Format: 'JSON',
}
const single = { ...common, ...business }
const queue = {
  ...common,
  Action: 'QueryTokenForMnsQueue',
  MessageType: 'VoiceReport',
  QueueName: 'Alicom-Queue-1000000001-VoiceReport',
}
const published = {
  Action: 'DescribeRegions',
  Version: '2014-05-26',
  Format: 'XML',
  AccessKeyId: 'testid',
  SignatureMethod: 'HMAC-SHA1',
  SignatureVersion: '1.0',
  SignatureNonce: '3ee8c1b8-83d3-44af-a94f-4e0ad82fd6cf',
  Timestamp: '2016-02-23T12:46:24Z',
}

describe('V1', () => {
  const rows: [string, string, string, Record<string, string>, string, string][] = [
    ['A1', 'GET', 'HMAC-SHA1', single, 'testSecret', 'n1XrfxX6i9q4ktQKJcN724KT0Fc='],
    ['A2', 'POST', 'HMAC-SHA1', single, 'testSecret', 'pM1PgfZH2xUSJHmzaxnvWV75zo4='],
    [
      'A3',
      'POST',
      'HMAC-SHA1',
      { ...single, SecurityToken: 'STSTOKEN+/=' },
      'testSecret',
      'dy5pHJ6chLSe/yBoJ39SwOLqP4c=',
    ],
    ['A4', 'POST', 'HMAC-SHA1', { ...single, Format: 'json' }, 'testSecret', 'kb6jVp3i5pWDdPkFJMllPRtNOgk='],
    [
      'A5',
      'POST',
      'HMAC-SHA256',
      { ...single, SignatureMethod: 'HMAC-SHA256' },
      'testSecret',
      'koLVBGhe1WtKHIJjoS2DHxbgjEBdOAhrR94me7A4YIY=',
    ],
    [
      'A6',
      'POST',
      'HMAC-SHA1',
      { ...single, RegionId: 'cn-hangzhou', SignatureType: '' },
      'testSecret',
      '3wEfRsoC0lkUpIfB73Dyn9l7YJc=',
    ],
    ['A7', 'GET', 'HMAC-SHA1', queue, 'testSecret', 'lmzJIaqGbiW8MLgpJWifdpMMcC4='],
    ['D', 'GET', 'HMAC-SHA1', published, 'testsecret', 'OLeaidS1JvxuMvnyHOwuJ+uX5qY='],
  ]

  it.each(rows)('%s is matched', (_, method, signatureMethod, parameters, secret, signature) => {
    const request = {
      method,
      signatureMethod: signatureMethod as V1Method,
      signature,
      parameters: new Map(Object.entries({ ...parameters, Signature: signature })),
      withPlusAsSpace: undefined,
    }
    expect(verifyV1(request, secret).matches).toBe(true)
    expect(verifyV1(request, `${secret}x`).matches).toBe(false)
  })

  it('writes the string to sign of A1', () => {
    expect(v1StringToSign('GET', new Map(Object.entries(single)))).toBe(
      'GET&%2F&AccessKeyId%3DtestId%26Action%3DSingleCallByTts%26CalledNumber%3D13800001111%26CalledShowNumber%3D057112345678%26Format%3DJSON%26SignatureMethod%3DHMAC-SHA1%26SignatureNonce%3D0123456789abcdef0123456789abcdef%26SignatureVersion%3D1.0%26Speed%3D-5%26Timestamp%3D2024-01-02T03%253A04%253A05Z%26TtsCode%3DTTS_1000%26TtsParam%3D%257B%2522name%2522%253A%2522%25E5%25BC%25A0%25E4%25B8%2589%2520%252A~%252B%2522%257D%26Version%3D2017-05-25',
    )
  })

  it('signs the URL of A1 as the clients do', () => {
    const url = new URL(
      signedUrl({
        endpoint: 'http://127.0.0.1:8080/',
        action: 'SingleCallByTts',
        accessKeyId: 'testId',
        secret: 'testSecret',
        parameters: business,
        now: Date.UTC(2024, 0, 2, 3, 4, 5),
        nonce: common.SignatureNonce,
      }),
    )
    expect(url.searchParams.get('Signature')).toBe('n1XrfxX6i9q4ktQKJcN724KT0Fc=')
    expect(url.searchParams.get('TtsParam')).toBe(business.TtsParam)
    expect(url.origin).toBe('http://127.0.0.1:8080')
  })
})

const hostHeaders = {
  host: '127.0.0.1:18990',
  'x-acs-action': 'SingleCallByTts',
  'x-acs-version': '2017-05-25',
  'x-acs-date': '2024-01-02T03:04:05Z',
  'x-acs-signature-nonce': common.SignatureNonce,
  'x-acs-content-sha256': 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
}

function v3(headers: Record<string, string>, query: Record<string, string>): V3Request {
  const signedHeaders = Object.keys(headers).sort()
  return { method: 'POST', path: '/', query: new Map(Object.entries(query)), headers, signedHeaders, body: Buffer.of() }
}

describe('V3', () => {
  const b = v3({ ...hostHeaders, 'x-acs-credentials-provider': 'static_ak' }, business)
  const c = v3(
    {
      ...hostHeaders,
      'x-acs-credentials-provider': 'static_sts',
      'x-acs-accesskey-id': 'testId',
      'x-acs-security-token': 'STSTOKEN+/=',
    },
    business,
  )
  const d = v3(
    {
      host: 'ecs.cn-shanghai.aliyuncs.com',
      'x-acs-action': 'RunInstances',
      'x-acs-content-sha256': hostHeaders['x-acs-content-sha256'],
      'x-acs-date': '2023-10-26T10:22:32Z',
      'x-acs-signature-nonce': '3156853299f313e23d1673dc12e1703d',
      'x-acs-version': '2014-05-26',
    },
    { ImageId: 'win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd', RegionId: 'cn-shanghai' },
  )

  it.each([
    ['B', b, 'testSecret', '0971fcd2ab38d4535cb88cf9c8ac314e9b25b18ecb76285345e293055968adfd'],
    ['C', c, 'testSecret', '5c60395be76e5297e1ca62cc957ddde45a5a59385508e5347507361d59436ef3'],
    ['D', d, 'YourAccessKeySecret', '06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0'],
  ])('%s is matched', (_, request, secret, signature) => {
    expect(verifyV3(request, signature, secret).matches).toBe(true)
    expect(verifyV3(request, signature, `${secret}x`).matches).toBe(false)
    expect(verifyV3({ ...request, body: Buffer.from('a=b') }, signature, secret).matches).toBe(false)
  })

  it.each([
    ['B', b, 'a36cb37e0da4d9f17d496613ef4ef4cbb198f87bdb96b1760e3d4745b1747dd1'],
    ['D', d, '7ea06492da5221eba5297e897ce16e55f964061054b7695beedaac1145b1e259'],
  ])('%s has the published hash of its canonical request', (_, request, hash) => {
    expect(v3StringToSign(v3CanonicalRequest(request))).toBe(`ACS3-HMAC-SHA256\n${hash}`)
  })

  it('reads the Authorization header in any order, with spaces after commas', () => {
    const expected = {
      algorithm: 'ACS3-HMAC-SHA256',
      accessKeyId: 'testId',
      signedHeaders: ['host', 'x-acs-action'],
      signature: 'abcd',
    }
    const scheme = 'ACS3-HMAC-SHA256'
    for (const parts of [
      'Credential=testId,SignedHeaders=host;x-acs-action,Signature=abcd',
      'Credential=testId, Signature=ABCD, SignedHeaders=host;X-Acs-Action',
    ]) {
      expect(readV3Authorization(`${scheme} ${parts}`)).toEqual(expected)
    }
    for (const broken of [
      '',
      'Basic abc',
      `${scheme} Credential=testId`,
      `${scheme} Credential=,SignedHeaders=a,Signature=b`,
    ]) {
      expect(readV3Authorization(broken)).toBeUndefined()
    }
  })
})
