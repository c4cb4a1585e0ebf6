import { describe, expect, it } from 'vitest'
import { keyOfInfo } from './info-key.ts'

describe('the key in a SIP INFO', () => {
  it.each([
    ['application/dtmf-relay', 'Signal=5\r\nDuration=160\r\n', '5'],
    ['application/dtmf-relay', 'Duration=160\nSignal = *\n', '*'],
    ['Application/DTMF-Relay; charset=utf-8', 'signal=11\r\n', '#'],
    ['application/dtmf-relay', 'Signal=b', 'B'],
    ['application/dtmf', '7', '7'],
    ['application/dtmf', ' # \r\n', '#'],
    ['application/dtmf', '10', '*'],
  ])('%s %j: %s', (type, body, key) => {
    expect(keyOfInfo(type, body)).toBe(key)
  })

  it.each([
    ['application/dtmf-relay', 'Duration=160'],
    ['application/dtmf-relay', 'Signal='],
    ['application/dtmf-relay', 'Signal=16'],
    ['application/dtmf', '12 3'],
    ['application/dtmf', ''],
    ['application/dtmf', 'hello'],
    ['application/dtmf-relayed', 'Signal=5'],
    ['text/plain', '5'],
  ])('none in %s %j', (type, body) => {
    expect(keyOfInfo(type, body)).toBeUndefined()
  })
})
