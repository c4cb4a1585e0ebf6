import { createHmac } from 'node:crypto'
import { seededRandom } from '../../src/media/line-faults.ts'
import { signedUrl } from '../../src/wire/signature/sign.ts'
import { v3CanonicalRequest, v3StringToSign } from '../../src/wire/signature/string-to-sign.ts'
import { writeTimestamp } from '../../src/wire/signature/timestamp.ts'
import { v3Signature } from '../../src/wire/signature/verify.ts'

/** A request before it is sent. */
export interface HostileRequest {
  method: string
  path: string
  headers: Record<string, string>
  body: Buffer
}

/** What must never be found in a log: they are in nearly every request. */
export interface Canaries {
  readonly accountId: string
  readonly accessKeyId: string
  readonly secret: string
  readonly code: string
  readonly number: string
}

const operations = [
  'SingleCallByTts',
  'SingleCallByVoice',
  'QueryCallDetailByCallId',
  'QueryTokenForMnsQueue',
  'IvrCall',
]
const nasty = [
  ...[
    '',
    ' ',
    '\u0000',
    '\u202e',
    '\ud83d\ude00',
    '%',
    '%%',
    '+',
    '&',
    '=',
    "'",
    '"',
    '<',
    ']]>',
    '<!DOCTYPE x>',
    '../..',
  ],
  ...[
    'true',
    'null',
    '[]',
    '{}',
    '{"code":',
    '-1',
    '0',
    '1e999',
    '9'.repeat(40),
    '__proto__',
    'constructor',
    'x'.repeat(5000),
  ],
  ...['\r\nX-Injected: 1', '${jndi}', '$(id)', '1;drop table calls', '张'.repeat(300)],
]

/** Requests as real clients make them, valid or mutated, by every door of the port. */
export class HostileCorpus {
  readonly #random: () => number
  readonly #canaries: Canaries
  readonly #host: string

  constructor(seed: number, host: string, canaries: Canaries) {
    this.#random = seededRandom(seed)
    this.#host = host
    this.#canaries = canaries
  }

  /** The next request: a fifth are left as they are, so that mutations meet every depth. */
  next(): HostileRequest {
    const kind = this.#pick(['v1', 'v1', 'v1', 'form', 'v3', 'queue', 'queue', 'phones', 'other'] as const)
    const request = this[kind]()
    const mutations = this.#random() < 0.2 ? 0 : 1 + Math.floor(this.#random() * 3)
    for (let index = 0; index < mutations; index++) this.#mutate(request)
    return request
  }

  v1(): HostileRequest {
    return { method: 'GET', path: this.#signedPath(), headers: {}, body: Buffer.alloc(0) }
  }

  /** As V1, with a part of the parameters in the body. */
  form(): HostileRequest {
    const pairs = this.#signedPath().slice(2).split('&')
    const at = Math.floor(this.#random() * pairs.length)
    const headers = { 'content-type': 'application/x-www-form-urlencoded' }
    return {
      method: 'GET',
      path: `/?${pairs.slice(0, at).join('&')}`,
      headers,
      body: Buffer.from(pairs.slice(at).join('&')),
    }
  }

  v3(): HostileRequest {
    const { accessKeyId, secret } = this.#canaries
    const query = new Map(Object.entries(this.#parameters()).map(([name, value]) => [name, String(value)]))
    const headers: Record<string, string> = {
      host: this.#host,
      'x-acs-action': this.#pick(operations),
      'x-acs-version': '2017-05-25',
      'x-acs-date': writeTimestamp(Date.now()),
      'x-acs-signature-nonce': this.#nonce(),
    }
    const signedHeaders = Object.keys(headers).sort()
    const request = { method: 'POST', path: '/', query, headers, signedHeaders, body: Buffer.alloc(0) }
    const signature = v3Signature(secret, v3StringToSign(v3CanonicalRequest(request)))
    const authorization = `ACS3-HMAC-SHA256 Credential=${accessKeyId},SignedHeaders=${signedHeaders.join(';')},Signature=${signature}`
    return {
      method: 'POST',
      path: `/?${encoded(query)}`,
      headers: { ...headers, authorization },
      body: Buffer.alloc(0),
    }
  }

  /** The queue protocol: receiving, deleting, sending, managing. */
  queue(): HostileRequest {
    const { accountId, accessKeyId, secret, code } = this.#canaries
    const name = this.#pick([`Alicom-Queue-${accountId}-VoiceReport`, 'jobs', 'Alicom-Queue-1000000001-VoiceReport'])
    const [method, rest, xml] = this.#pick([
      ['GET', '/messages', ''],
      ['GET', '/messages?numOfMessages=16', ''],
      ['GET', '/messages?peekonly=true', ''],
      ['DELETE', '/messages?ReceiptHandle=1-ODU4OTkzNDU5My0xNDM1MTk3NjAwLTItNg==', ''],
      ['DELETE', '/messages', '<ReceiptHandles><ReceiptHandle>1-abc</ReceiptHandle></ReceiptHandles>'],
      ['PUT', '/messages?receiptHandle=1-abc&visibilityTimeout=60', ''],
      ['POST', '/messages', `<Message><MessageBody>${code}</MessageBody></Message>`],
      ['PUT', '', '<Queue><VisibilityTimeout>30</VisibilityTimeout></Queue>'],
      ['GET', '', ''],
    ] as const)
    const path = `/queues/${name}${rest}`
    const date = new Date().toUTCString()
    const type = 'text/xml'
    const signed = `${method}\n\n${type}\n${date}\nx-mns-version:2015-06-06\n${path}`
    const signature = createHmac('sha1', secret).update(signed).digest('base64')
    const authorization = `MNS ${accessKeyId}:${signature}`
    const headers = { date, 'content-type': type, 'x-mns-version': '2015-06-06', authorization }
    return { method, path, headers, body: Buffer.from(xml) }
  }

  phones(): HostileRequest {
    const { number } = this.#canaries
    const script = '[{"ring":1},{"answer":true},{"press":"1","after":1},{"hangup":true}]'
    const [method, path, body] = this.#pick([
      ['GET', '/phones', ''],
      ['GET', `/phones/${number}`, ''],
      ['PUT', `/phones/${number}`, script],
      ['DELETE', `/phones/${number}`, ''],
      ['GET', `/phones/${number}/calls`, ''],
      ['GET', `/phones/${number}/calls/1`, ''],
      ['GET', `/phones/${number}/heard.json`, ''],
      ['GET', `/phones/${number}/heard.wav`, ''],
    ] as const)
    return { method, path, headers: { 'content-type': 'application/json' }, body: Buffer.from(body) }
  }

  other(): HostileRequest {
    const path = this.#pick([
      '/healthz',
      '/metrics',
      '/errors/InvalidVersion',
      '/admin',
      '/admin/accounts',
      '/console',
      '/files/x',
      '//',
      '/%2e%2e/',
    ])
    return { method: this.#pick(['GET', 'POST', 'PUT', 'OPTIONS']), path, headers: {}, body: Buffer.alloc(0) }
  }

  #signedPath(): string {
    const { accessKeyId, secret } = this.#canaries
    const format = this.#pick(['JSON', 'XML'] as const)
    const parameters = this.#parameters()
    const keys = { accessKeyId, secret: this.#random() < 0.1 ? 'wrong' : secret }
    const call = { endpoint: 'http://x', action: this.#pick(operations), parameters, ...keys, now: Date.now(), format }
    return signedUrl({ ...call, nonce: this.#nonce() }).slice('http://x'.length)
  }

  #nonce(): string {
    return `n${Math.floor(this.#random() * 2 ** 40)}`
  }

  /** Parameters of a call with the canaries in them; often one of them is something that nobody would send. */
  #parameters(): Record<string, string | number> {
    const { number, code } = this.#canaries
    const parameters: Record<string, string | number> = {
      ...{ CalledNumber: number, TtsCode: 'TTS_CANARY', TtsParam: JSON.stringify({ code }), PlayTimes: 1 },
      ...{ VoiceCode: 'x.wav', CallId: '1^2', ProdId: 1, QueryDate: Date.now(), MessageType: 'VoiceReport' },
    }
    if (this.#random() < 0.5) parameters[this.#pick([...Object.keys(parameters), 'Extra.1.Key'])] = this.#pick(nasty)
    return parameters
  }

  #mutate(request: HostileRequest): void {
    const at = Math.floor(this.#random() * request.path.length)
    const length = 1 + Math.floor(this.#random() * 12)
    switch (this.#pick(['flip', 'cut', 'double', 'insert', 'method', 'header', 'drop', 'body', 'type'] as const)) {
      case 'flip':
        request.path = cleanPath(
          request.path.slice(0, at) + String.fromCharCode(33 + this.#random() * 94) + request.path.slice(at + 1),
        )
        break
      case 'cut':
        request.path = cleanPath(request.path.slice(0, at) + request.path.slice(at + length))
        break
      case 'double':
        request.path = cleanPath(request.path.slice(0, at + length) + request.path.slice(at))
        break
      case 'insert':
        request.path = cleanPath(
          request.path.slice(0, at) + encodeURIComponent(wellFormed(this.#pick(nasty))) + request.path.slice(at),
        )
        break
      case 'method':
        request.method = this.#pick(['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'HEAD'])
        break
      case 'header': {
        const name = this.#pick([
          ...Object.keys(request.headers),
          'x-acs-action',
          'authorization',
          'content-md5',
          'security-token',
          'accept-encoding',
        ])
        request.headers[name] = headerText(this.#pick([...nasty, 'gzip', 'bearer x', 'ACS3-HMAC-SHA256 Credential=']))
        break
      }
      case 'drop':
        delete request.headers[this.#pick([...Object.keys(request.headers), ''])]
        break
      case 'body':
        request.body = Buffer.concat([request.body.subarray(0, at), Buffer.from(this.#pick(nasty))])
        break
      case 'type':
        request.headers['content-type'] = this.#pick([
          'application/json',
          'text/xml',
          'multipart/form-data',
          'x',
          'a/b; charset=utf-16',
        ])
        break
    }
  }

  #pick<T>(choices: readonly [T, ...T[]] | readonly T[]): T {
    const chosen = choices[Math.floor(this.#random() * choices.length)]
    if (chosen === undefined) throw new Error('nothing to choose from')
    return chosen
  }
}

function encoded(query: ReadonlyMap<string, string>): string {
  return [...query]
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(wellFormed(value))}`)
    .join('&')
}

function wellFormed(text: string): string {
  return text.replace(/\p{Cs}/gu, '')
}

/** What Node's client can send as a target. */
function cleanPath(path: string): string {
  return `/${path.replace(/[^!-~]/g, '').replace(/^\/+/, '')}`
}

function headerText(text: string): string {
  return text.replace(/[^ -~]/g, '?').slice(0, 2000)
}
