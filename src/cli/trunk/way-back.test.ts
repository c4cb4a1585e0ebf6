import { expect, it } from 'vitest'
import { viaOf, wayBack } from './way-back.ts'

const sent = 'SIP/2.0/UDP 192.168.1.2:5060;branch=z9hG4bK1;rport'

it('the topmost Via is read, long or short', () => {
  expect(viaOf(`OPTIONS sip:a SIP/2.0\r\nVia: ${sent}\r\nVia: SIP/2.0/UDP other\r\n`)).toBe(sent)
  expect(viaOf('SIP/2.0 200 OK\r\nv : SIP/2.0/UDP a;branch=1, SIP/2.0/UDP b\r\n')).toBe('SIP/2.0/UDP a;branch=1')
  expect(viaOf('SIP/2.0 200 OK\r\n\r\n')).toBeUndefined()
})

it('tells what the far end saw us as', () => {
  expect(wayBack(sent, `${sent.replace('rport', 'rport=6000')};received=198.51.100.1`)).toEqual({
    seenAs: '198.51.100.1',
  })
  expect(wayBack(sent, sent)).toEqual({})
  expect(wayBack(sent, undefined)).toEqual({})
})

it('tells when somebody wrote in it', () => {
  expect(wayBack(sent, 'SIP/2.0/UDP 198.51.100.1:1024;branch=z9hG4bK1')).toEqual({ isRewritten: true })
})
