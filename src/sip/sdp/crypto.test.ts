import { describe, expect, test } from 'vitest'
import { answerAudio, audioOffer, readAudio } from './audio.ts'
import { type LocalCrypto, newCrypto, withoutKeys } from './crypto.ts'

const here = { host: '192.0.2.7', port: 30000 }
const there = { host: '198.51.100.3', port: 40000 }
const keyOf = (crypto: LocalCrypto, suite: string) => crypto.lines.find((line) => line.suite === suite)?.key
const key = 'd0RmdmcmVCspeEc3QGZiNWpVLFJhQX1cfHAwJSoj'

/** An offer of a phone with one line about SRTP. */
function offerWith(crypto: string, profile = 'RTP/SAVP'): string {
  return [`v=0`, 'c=IN IP4 198.51.100.3', 't=0 0', `m=audio 5000 ${profile} 8`, `a=crypto:${crypto}`, ''].join('\r\n')
}

describe('an offer', () => {
  test('that requires SRTP has the protected profile and a fresh key for each suite', () => {
    const crypto = newCrypto('required')
    const lines = audioOffer({ ...here, crypto }).split('\r\n')
    expect(lines).toContain('m=audio 30000 RTP/SAVP 8 0 101')
    expect(lines.filter((line) => line.startsWith('a=crypto'))).toEqual([
      `a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:${crypto.lines[0]?.key}`,
      `a=crypto:2 AES_CM_128_HMAC_SHA1_32 inline:${crypto.lines[1]?.key}`,
    ])
    const keys = [...crypto.lines, ...newCrypto('required').lines].map((line) => line.key)
    expect(new Set(keys).size).toBe(4)
    expect(keys.every((one) => Buffer.from(one, 'base64').length === 30)).toBe(true)
  })

  test('that has it as an option keeps the plain profile', () => {
    const offer = audioOffer({ ...here, crypto: newCrypto('optional') })
    expect(offer).toContain('m=audio 30000 RTP/AVP 8 0 101\r\n')
    expect(offer).toContain('a=crypto:1 ')
  })

  test('without it has no keys', () => {
    expect(audioOffer(here)).not.toContain('crypto')
  })
})

describe('two ends', () => {
  test.each([
    ['required', 'required', 'RTP/SAVP'],
    ['required', 'optional', 'RTP/SAVP'],
    ['optional', 'required', 'RTP/AVP'],
    ['optional', 'optional', 'RTP/AVP'],
  ] as const)('one %s, one %s, agree on the first suite, each with the key of the other', (one, other, profile) => {
    const [ours, theirs] = [newCrypto(one), newCrypto(other)]
    const { answer, remote } = answerAudio(audioOffer({ ...here, crypto: ours }), { ...there, crypto: theirs })
    expect(answer).toContain(`m=audio 40000 ${profile} 8 101\r\n`)
    const suite = 'AES_CM_128_HMAC_SHA1_80'
    const [localKey, remoteKey] = [keyOf(ours, suite) ?? '', keyOf(theirs, suite) ?? '']
    expect(readAudio(answer, ours).srtp).toEqual({ suite, localKey, remoteKey })
    expect(remote.srtp).toEqual({ suite, localKey: remoteKey, remoteKey: localKey })
  })

  test('take the suite that both have, under the tag of the offer', () => {
    const [ours, theirs] = [newCrypto('required'), newCrypto('required', ['AES_CM_128_HMAC_SHA1_32'])]
    const { answer } = answerAudio(audioOffer({ ...here, crypto: ours }), { ...there, crypto: theirs })
    expect(answer).toContain(`a=crypto:2 AES_CM_128_HMAC_SHA1_32 inline:${theirs.lines[0]?.key}\r\n`)
    expect(readAudio(answer, ours).srtp?.localKey).toBe(ours.lines[1]?.key)
  })

  test('talk in the clear when it is an option and one of them does not know it', () => {
    const ours = newCrypto('optional')
    const { answer, remote } = answerAudio(audioOffer({ ...here, crypto: ours }), there)
    expect(answer).not.toContain('crypto')
    expect(remote.srtp).toBeUndefined()
    expect(readAudio(answer, ours).srtp).toBeUndefined()
    const other = answerAudio(audioOffer(there), { ...here, crypto: ours })
    expect(other.answer).not.toContain('crypto')
    expect(other.remote.srtp).toBeUndefined()
  })

  test('do not talk when one requires it and the other does not have it', () => {
    const ours = newCrypto('required')
    const refused = expect.objectContaining({ name: 'NoCommonAudio', reason: 'noCommonCrypto' })
    expect(() => answerAudio(audioOffer(there), { ...here, crypto: ours })).toThrow(refused)
    const plainAnswer = answerAudio(audioOffer(here), there).answer
    expect(() => readAudio(plainAnswer, ours)).toThrow(refused)
    expect(() => answerAudio(audioOffer({ ...here, crypto: ours }), there)).toThrow('noAudioLine')
  })

  test('do not take an answer to a line that was not offered', () => {
    const ours = newCrypto('required', ['AES_CM_128_HMAC_SHA1_80'])
    for (const line of [`7 AES_CM_128_HMAC_SHA1_80 inline:${key}`, `1 AES_CM_128_HMAC_SHA1_32 inline:${key}`]) {
      expect(() => readAudio(offerWith(line), ours)).toThrow('noCommonCrypto')
    }
  })
})

describe('a line about SRTP', () => {
  const local = { ...here, crypto: newCrypto('required') }

  test.each([
    `1 AES_CM_128_HMAC_SHA1_80 inline:${key}`,
    `1 AES_CM_128_HMAC_SHA1_80 inline:${key}|2^31`,
    `5 AES_CM_128_HMAC_SHA1_32 inline:${key}|1048576`,
    `1 AES_CM_128_HMAC_SHA1_80 inline:${key}|2^20 WSH=128`,
    `1 AES_CM_128_HMAC_SHA1_80 inline:${key} -UNKNOWN`,
  ])('is taken: %s', (line) => {
    expect(answerAudio(offerWith(line), local).remote.srtp?.remoteKey).toBe(key)
  })

  test.each([
    ['a suite that is not ours', `1 AES_256_CM_HMAC_SHA1_80 inline:${key}`],
    ['a master key identifier', `1 AES_CM_128_HMAC_SHA1_80 inline:${key}|2^20|1:4`],
    ['several keys', `1 AES_CM_128_HMAC_SHA1_80 inline:${key}|2^20|1:4;inline:${key}|2^20|2:4`],
    ['no encryption', `1 AES_CM_128_HMAC_SHA1_80 inline:${key} UNENCRYPTED_SRTP`],
    ['no authentication', `1 AES_CM_128_HMAC_SHA1_80 inline:${key} UNAUTHENTICATED_SRTP`],
    ['keys that are derived again and again', `1 AES_CM_128_HMAC_SHA1_80 inline:${key} KDR=4`],
    ['a key that is too short', `1 AES_CM_128_HMAC_SHA1_80 inline:${key.slice(1)}`],
    ['a key from elsewhere', '1 AES_CM_128_HMAC_SHA1_80 uri:https://keys.example/1'],
    ['nonsense', 'x'],
  ])('is passed over with %s', (_, line) => {
    expect(() => answerAudio(offerWith(line), local)).toThrow('noCommonCrypto')
    const plain = answerAudio(offerWith(line, 'RTP/AVP'), { ...here, crypto: newCrypto('optional') })
    expect(plain.remote.srtp).toBeUndefined()
  })

  test('is shown without its key', () => {
    const message = `INVITE sip:a@b SIP/2.0\r\n\r\n${audioOffer({ ...here, crypto: local.crypto })}`
    const shown = withoutKeys(message)
    for (const line of local.crypto.lines) expect(shown).not.toContain(line.key)
    expect(shown).toContain('a=crypto:1 AES_CM_128_HMAC_SHA1_80 (not shown)\r\na=crypto:2 ')
    expect(withoutKeys(offerWith(`x ${' '.repeat(500)}inline:${key}`))).not.toContain(key)
    expect(withoutKeys(`k=base64:${key}\r\n`)).toBe('k=(not shown)\r\n')
    expect(withoutKeys(offerWith(`1 AES_CM_128_HMAC_SHA1_80 inline:${key}|2^20;inline:${key}`))).not.toContain(key)
  })
})
