import { createHmac, timingSafeEqual } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/**
 * The yardstick of `accept`: answers a signed request after checking its HMAC, and does nothing else. Written with the
 * platform's own tools and nothing of the product, so that both do not get slower together.
 */
const encode = (text: string) =>
  encodeURIComponent(text).replace(/[!'()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`)

const server = createServer((request, response) => {
  const parameters = new URLSearchParams((request.url ?? '').slice(2))
  const given = Buffer.from(parameters.get('Signature') ?? '', 'base64')
  const canonical = [...parameters]
    .filter(([name]) => name !== 'Signature')
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .join('&')
  const expected = createHmac('sha1', 'testSecret&')
    .update(`GET&%2F&${encode(canonical)}`)
    .digest()
  const isRight = given.length === expected.length && timingSafeEqual(given, expected)
  const body = JSON.stringify({ Code: isRight ? 'OK' : 'SignatureDoesNotMatch', RequestId: crypto.randomUUID() })
  response.writeHead(isRight ? 200 : 400, {
    'content-type': 'application/json;charset=utf-8',
    'content-length': Buffer.byteLength(body),
  })
  response.end(body)
})

server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo
  process.send?.(port)
})
process.on('disconnect', () => process.exit())
