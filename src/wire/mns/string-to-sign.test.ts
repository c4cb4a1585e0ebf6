import { describe, expect, it } from 'vitest'
import { resourceForms, sign, stringsToSign } from './string-to-sign.ts'

const date = 'Tue, 02 Jan 2024 03:04:05 GMT'
const queue = '/queues/Alicom-Queue-1000000001-VoiceReport'
const handle = '1-ODU4OTkzNDU5My0xNDM1MTk3NjAwLTItNg=='
const signed = { date, 'x-mns-date': date, 'x-mns-version': '2015-06-06' }
const withBody = {
  ...signed,
  'content-type': 'text/xml',
  'content-md5': 'ZDQxZDhjZDk4ZjAwYjIwNGU5ODAwOTk4ZWNmODQyN2U=',
}

/** Signatures made by the public npm client for the key of the reference's example. */
const vectors = [
  ['GET', `${queue}/messages?waitseconds=5`, signed, 'XqnhEaEdF2wnoOVD/IjwtC3+BdM='],
  ['GET', `${queue}/messages?numOfMessages=16&waitseconds=10`, signed, '1OdhceJG/ljHBYlfAdhuytD4L6E='],
  ['GET', `${queue}/messages`, signed, 'UOVZQ8dBXsWYlvVP4P7v/93i9uo='],
  ['DELETE', `${queue}/messages?ReceiptHandle=${handle}`, withBody, 'GSJPn8+76WhQvoK6O8ZJ5yiMa+g='],
  ['PUT', `${queue}/messages?receiptHandle=${handle}&visibilityTimeout=60`, withBody, 'CNR/saHsiT1p5urm24JMC37V+fs='],
] as const

function signatures(method: string, target: string, headers: Record<string, string>): string[] {
  return stringsToSign({ method, target, headers }).map((text) => sign('testSecret', text))
}

describe('the queue signature', () => {
  it.each(vectors)('of %s %s', (method, target, headers, expected) => {
    expect(signatures(method, target, headers)[0]).toBe(expected)
  })

  it.each(vectors)('of %s %s, sent in absolute form', (method, target, headers, expected) => {
    expect(signatures(method, `http://127.0.0.1:8080${target}`, headers)).toContain(expected)
  })

  it.each(vectors.slice(0, 3))(
    'of %s %s, sent with a double slash and an empty query',
    (method, target, headers, expected) => {
      const mark = target.includes('?') ? '' : '?'
      expect(signatures(method, `/${target}${mark}`, headers)).toContain(expected)
    },
  )

  it('covers a Date that a browser could not send', () => {
    const { date: _unsent, ...rest } = signed
    expect(signatures('GET', `${queue}/messages`, rest)).toContain('UOVZQ8dBXsWYlvVP4P7v/93i9uo=')
  })

  it('covers squeezed spaces of a header', () => {
    const strings = stringsToSign({ method: 'GET', target: '/queues', headers: { ...signed, 'x-mns-prefix': 'a  b' } })
    expect(strings.map((text) => text.includes('x-mns-prefix:a b'))).toEqual([false, true])
  })

  it('does not cover the security token, and sorts the x-mns headers', () => {
    const [text] = stringsToSign({
      method: 'GET',
      target: '/queues',
      headers: { 'x-mns-version': '2015-06-06', date, 'security-token': 'secret', 'x-mns-marker': 'm' },
    })
    expect(text).toBe(`GET\n\n\n${date}\nx-mns-marker:m\nx-mns-version:2015-06-06\n/queues`)
  })
})

describe('resourceForms', () => {
  it('has one form for a plain target', () => {
    expect(resourceForms('/queues/q?a=b')).toEqual(['/queues/q?a=b'])
  })

  it('takes off the origin of an absolute form', () => {
    expect(resourceForms('http://host:80/queues/q').at(-1)).toBe('/queues/q')
    expect(resourceForms('HTTPS://host').at(-1)).toBe('/')
  })
})
