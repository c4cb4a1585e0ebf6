import { checkAnswer } from './contract-check.ts'

/** An answer whose shape has been checked against the OpenAPI document. */
export interface AdminAnswer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  /** The body read as JSON; an empty object when there is none. */
  readonly json: Readonly<Record<string, unknown>>
}

/** A client program: real HTTP, with an admin key, a session, or nothing. */
export class AdminClient {
  readonly #http: string
  readonly #headers: Readonly<Record<string, string>>

  constructor(http: string, headers: Readonly<Record<string, string>> = {}) {
    this.#http = http
    this.#headers = headers
  }

  /** What this client sends under that name, for a client of another node. */
  headersOf(name: string): Readonly<Record<string, string>> {
    return { [name]: this.#headers[name] ?? '' }
  }

  withKey(adminKey: string): AdminClient {
    return this.with({ authorization: `Bearer ${adminKey}` })
  }

  with(headers: Readonly<Record<string, string>>): AdminClient {
    return new AdminClient(this.#http, { ...this.#headers, ...headers })
  }

  get(path: string): Promise<AdminAnswer> {
    return this.ask('GET', path)
  }

  put(path: string, body: object): Promise<AdminAnswer> {
    return this.ask('PUT', path, body)
  }

  post(path: string, body?: object): Promise<AdminAnswer> {
    return this.ask('POST', path, body)
  }

  delete(path: string): Promise<AdminAnswer> {
    return this.ask('DELETE', path)
  }

  /** Signs in. @returns a client that carries the cookie and the CSRF token */
  async signIn(name: string, password: string): Promise<AdminClient> {
    const { headers, json, text } = await this.post('/session', { name, password })
    const [cookie = ''] = (headers.get('set-cookie') ?? '').split(';')
    if (cookie === '') throw new Error(`not signed in: ${text}`)
    return this.with({ cookie, 'x-csrf-token': String(json['csrfToken']) })
  }

  /** @param path below `/admin` */
  async ask(method: string, path: string, body?: object | string): Promise<AdminAnswer> {
    const response = await fetch(`${this.#http}/admin${path}`, {
      method,
      headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...this.#headers },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
    const type = response.headers.get('content-type') ?? ''
    const text = await response.text()
    checkAnswer(method, path, response.status, type, text)
    const json: Record<string, unknown> = type.startsWith('application/json') ? JSON.parse(text) : {}
    return { status: response.status, headers: response.headers, text, json }
  }
}
