import { describe, expect, it } from 'vitest'
import { standardEndings } from '../../phones/standard-endings.ts'
import { callRequest, freshNumber } from './call-request.ts'

describe('the request of yuyin ring', () => {
  it('speaks a random code once when nothing else is asked for', () => {
    const { action, parameters } = callRequest('13900000000', { key: 'testId' })
    expect(action).toBe('SingleCallByTts')
    expect(parameters).toMatchObject({
      CalledNumber: '13900000000',
      CalledShowNumber: '057128880000',
      TtsCode: 'TTS_10001',
      PlayTimes: '1',
    })
    expect(parameters['TtsParam']).toMatch(/^\{"code":"\d{4}"\}$/)
  })

  it('passes on what is asked for; a value may hold "="', () => {
    const wishes = { key: 'testId', template: 'TTS_9', param: ['name=a=b', 'time='], times: '3', speed: '-20' }
    const { parameters } = callRequest('13900000000', wishes)
    expect(parameters).toMatchObject({ TtsCode: 'TTS_9', PlayTimes: '3', Speed: '-20' })
    expect(JSON.parse(parameters['TtsParam'] ?? '')).toEqual({ name: 'a=b', time: '' })
    expect(parameters).not.toHaveProperty('Volume')
  })

  it('plays a voice file instead, and shows no number that is not the account’s', () => {
    expect(callRequest('13900000000', { key: 'other', voice: 'a.wav', outId: 'order-1' })).toEqual({
      action: 'SingleCallByVoice',
      parameters: { CalledNumber: '13900000000', VoiceCode: 'a.wav', OutId: 'order-1' },
    })
  })

  it('rings a phone that answers when no number is named', () => {
    for (let i = 0; i < 200; i++) {
      const number = freshNumber()
      expect(number).toMatch(/^139\d{8}$/)
      expect(standardEndings).not.toHaveProperty(number.slice(-4))
    }
  })
})
