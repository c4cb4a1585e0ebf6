import fc from 'fast-check'
import { expect, it } from 'vitest'
import { encodeKey, objectUrl } from './object-url.ts'

const address = { endpoint: 'https://s3.example.com/', bucket: 'calls', pathStyle: true }

it.each([
  [address, 'https://s3.example.com/calls/a/b.wav', 'https://s3.example.com/calls'],
  [{ ...address, pathStyle: false }, 'https://calls.s3.example.com/a/b.wav', 'https://calls.s3.example.com/'],
  [
    { ...address, endpoint: 'http://127.0.0.1:9000/store' },
    'http://127.0.0.1:9000/store/calls/a/b.wav',
    'http://127.0.0.1:9000/store/calls',
  ],
])('%o', (at, object, bucket) => {
  expect(objectUrl(at, 'a/b.wav')).toBe(object)
  expect(objectUrl(at, '')).toBe(bucket)
})

it('every key stands in a URL so that it can be read back, whatever is in it', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (key) => {
      fc.pre(!/\p{Cs}/u.test(key) && !/(^|\/)\.{1,2}(\/|$)/.test(key) && !key.startsWith('/'))
      const url = new URL(objectUrl(address, `x${encodeKey(key)}`))
      expect(decodeURIComponent(url.pathname)).toBe(`/calls/x${key}`)
      expect(url.search + url.hash).toBe('')
    }),
  )
})
