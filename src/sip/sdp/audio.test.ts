import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { answerAudio, audioOffer, readAudio } from './audio.ts'
import type { Direction } from './audio-description.ts'

const local = { host: '192.0.2.7', port: 30000 }

/** An offer as phones write it: static types without rtpmap, video beside audio, an odd number for telephone events. */
const deskPhoneOffer = [
  'v=0',
  'o=desk 2890844526 2890842807 IN IP4 198.51.100.3',
  's=call',
  'c=IN IP4 198.51.100.3',
  't=0 0',
  'm=video 51372 RTP/AVP 99',
  'a=rtpmap:99 H264/90000',
  'm=audio 49170 RTP/AVP 0 18 8 96',
  'a=rtpmap:18 G729/8000',
  'a=rtpmap:96 telephone-event/8000',
  'a=rtcp:53020',
  'm=image 0 udptl t38',
  '',
].join('\r\n')

describe('offer', () => {
  test('offers A-law, µ-law and telephone events over IPv4', () => {
    const lines = audioOffer({ ...local, session: { id: 5, version: 2 } }).split('\r\n')
    expect(lines).toEqual([
      'v=0',
      'o=- 5 2 IN IP4 192.0.2.7',
      's=-',
      'c=IN IP4 192.0.2.7',
      't=0 0',
      'm=audio 30000 RTP/AVP 8 0 101',
      'a=rtpmap:8 PCMA/8000',
      'a=rtpmap:0 PCMU/8000',
      'a=rtpmap:101 telephone-event/8000',
      'a=fmtp:101 0-15',
      'a=ptime:20',
      'a=sendrecv',
      '',
    ])
  })

  test('writes IPv6 addresses as such', () => {
    expect(audioOffer({ host: '2001:db8::1', port: 4000 })).toContain('c=IN IP6 2001:db8::1\r\n')
  })

  test('tells an RTCP port that is not the next one', () => {
    expect(audioOffer({ ...local, rtcpPort: 31000 })).toContain('a=rtcp:31000\r\n')
    expect(audioOffer({ ...local, rtcpPort: 30001 })).not.toContain('a=rtcp')
  })
})

describe('reading', () => {
  test('takes the first codec of ours, its number, the events and the RTCP port', () => {
    expect(readAudio(deskPhoneOffer)).toEqual({
      host: '198.51.100.3',
      port: 49170,
      rtcpPort: 53020,
      codec: 'PCMU',
      payloadType: 0,
      telephoneEventPayloadType: 96,
      direction: 'sendrecv',
    })
  })

  test.each([
    ['sendonly', 'recvonly'],
    ['recvonly', 'sendonly'],
    ['inactive', 'inactive'],
    ['sendrecv', 'sendrecv'],
  ] as const)('a far end that is %s means %s here', (there, here) => {
    expect(readAudio(audioOffer({ ...local, direction: there })).direction).toBe(here)
  })

  test('takes an all-zero address for a hold', () => {
    const held = audioOffer(local).replace('c=IN IP4 192.0.2.7', 'c=IN IP4 0.0.0.0')
    expect(readAudio(held).direction).toBe('recvonly')
  })

  test('prefers what the media line says over the session', () => {
    const sdp = audioOffer(local).replace('a=rtpmap:8 ', 'c=IN IP4 192.0.2.99\r\na=rtpmap:8 ')
    expect(readAudio(sdp).host).toBe('192.0.2.99')
  })

  test('follows a dynamic number for a known codec', () => {
    const sdp = audioOffer({ ...local, codecs: ['PCMA'] })
      .replace('RTP/AVP 8 ', 'RTP/AVP 97 ')
      .replace('rtpmap:8', 'rtpmap:97')
    expect(readAudio(sdp)).toMatchObject({ codec: 'PCMA', payloadType: 97 })
  })

  test.each([
    ['', 'malformed'],
    ['hello', 'malformed'],
    ['v=0\r\nc=IN IP4 1.2.3.4\r\nm=video 5 RTP/AVP 99\r\n', 'noAudioLine'],
    ['v=0\r\nc=IN IP4 1.2.3.4\r\nm=audio 5 RTP/SAVP 0\r\n', 'noAudioLine'],
    ['v=0\r\nc=IN IP4 1.2.3.4\r\nm=audio 0 RTP/AVP 0\r\n', 'rejected'],
    ['v=0\r\nm=audio 5000 RTP/AVP 0\r\n', 'malformed'],
    ['v=0\r\nc=IN IP4 1.2.3.4\r\nm=audio 99999 RTP/AVP 0\r\n', 'malformed'],
    ['v=0\r\nc=IN IP4 1.2.3.4\r\nm=audio 5000 RTP/AVP 18 3\r\n', 'noCommonCodec'],
    ['v=0\r\nc=IN IP4 1.2.3.4\r\nm=audio 5000 RTP/AVP\r\n', 'noCommonCodec'],
  ])('names why %j cannot be used: %s', (sdp, reason) => {
    expect(() => readAudio(sdp)).toThrow(expect.objectContaining({ name: 'NoCommonAudio', reason }))
  })
})

describe('answer', () => {
  test("picks this end's first codec, keeps the numbers, refuses the other lines in place", () => {
    const { answer, remote } = answerAudio(deskPhoneOffer, { ...local, session: { id: 9, version: 1 } })
    expect(answer.split('\r\n').slice(5)).toEqual([
      'm=video 0 RTP/AVP 99',
      'm=audio 30000 RTP/AVP 8 96',
      'a=rtpmap:8 PCMA/8000',
      'a=rtpmap:96 telephone-event/8000',
      'a=fmtp:96 0-15',
      'a=ptime:20',
      'a=sendrecv',
      'm=image 0 udptl t38',
      '',
    ])
    expect(remote).toMatchObject({ codec: 'PCMA', payloadType: 8, direction: 'sendrecv' })
  })

  test('offers no telephone events to an end that has none', () => {
    const offer = 'v=0\r\nc=IN IP4 1.2.3.4\r\nm=audio 5000 RTP/AVP 8\r\n'
    const { answer, remote } = answerAudio(offer, local)
    expect(answer).not.toContain('telephone-event')
    expect(remote.telephoneEventPayloadType).toBeUndefined()
  })

  test('refuses an offer of codecs that this end does not want', () => {
    const offer = audioOffer({ ...local, codecs: ['PCMU'] })
    expect(() => answerAudio(offer, { ...local, codecs: ['PCMA'] })).toThrow('noCommonCodec')
  })

  test('both ends end up with directions that fit, whatever they wish', () => {
    const direction = fc.constantFrom<Direction>('sendrecv', 'sendonly', 'recvonly', 'inactive')
    fc.assert(
      fc.property(direction, direction, (theirs, ours) => {
        const offer = audioOffer({ ...local, direction: theirs })
        const { answer, remote } = answerAudio(offer, { host: '::1', port: 4, direction: ours })
        const there = readAudio(answer).direction
        const mirror = { sendrecv: 'sendrecv', sendonly: 'recvonly', recvonly: 'sendonly', inactive: 'inactive' }
        expect(there).toBe(mirror[remote.direction])
        if (theirs === 'inactive' || ours === 'inactive') expect(there).toBe('inactive')
      }),
    )
  })

  test('never fails in another way than NoCommonAudio', () => {
    const line = fc.oneof(
      fc.constantFrom('m=audio 5 RTP/AVP 0 8', 'c=IN IP4 1.2.3.4', 'a=sendonly', 'm=audio', 'a=rtpmap:', 'm=a/b 1 x'),
      fc.string(),
    )
    fc.assert(
      fc.property(fc.array(line), (lines) => {
        try {
          answerAudio(lines.join('\r\n'), local)
        } catch (error) {
          expect(error).toMatchObject({ name: 'NoCommonAudio' })
        }
      }),
    )
  })
})
