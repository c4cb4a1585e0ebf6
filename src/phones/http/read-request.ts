import { parseScript } from '../parse-script.ts'
import type { PhoneCallRecord } from '../phone-call-record.ts'
import { phoneNumber } from '../phone-number.ts'
import type { PhoneScript } from '../phone-script.ts'
import type { Phones } from '../phones.types.ts'
import { ScriptError } from '../script-values.ts'
import { Refusal } from './refusal.ts'

/** @throws {Refusal} `badNumber` */
export function readNumber(segment: string): string {
  const number = phoneNumber(segment)
  if (number !== undefined) return number
  throw new Refusal('badNumber', 'a phone is addressed by its number: 1 to 32 digits, e.g. /phones/13900000000')
}

/** The call that a path names. @throws {Refusal} `badNumber`, `noSuchCall` */
export function readCall(phones: Phones, path: { number: string; id: string }): PhoneCallRecord {
  const number = readNumber(path.number)
  const record = phones.call(number, path.id)
  if (record !== undefined) return record
  throw new Refusal('noSuchCall', `no such call, or it is too old; GET /phones/${number}/calls lists what is kept`)
}

/** The call that a phone had last. @throws {Refusal} `badNumber`, `noSuchCall` */
export function readLastCall(phones: Phones, path: { number: string }): PhoneCallRecord {
  const number = readNumber(path.number)
  const record = phones.calls(number).at(-1)
  if (record !== undefined) return record
  throw new Refusal('noSuchCall', `the phone ${number} was not called yet`)
}

/** What `?wait=…&since=…` asks for; undefined when neither is there. */
export interface WaitQuery {
  readonly waitMs: number
  /** Wall time, milliseconds; absent: from now on. */
  readonly since?: number
}

const longestWaitSeconds = 120

/** @throws {Refusal} `badQuery` for anything else than `wait` and `since` */
export function readWait(query: unknown): WaitQuery | undefined {
  const given: Record<string, unknown> = Object.fromEntries(Object.entries(query ?? {}))
  const { wait, since, ...others } = given
  const [stranger] = Object.keys(others)
  if (stranger !== undefined) throw new Refusal('badQuery', `unknown parameter ${stranger}; known: wait, since`)
  if (wait === undefined && since === undefined) return undefined
  const waitSeconds = wait === undefined ? 0 : readDecimal(wait)
  if (waitSeconds === undefined || waitSeconds > longestWaitSeconds) {
    throw new Refusal('badQuery', `wait must be seconds from 0 to ${longestWaitSeconds}`)
  }
  if (since === undefined) return { waitMs: waitSeconds * 1000 }
  const sinceMs = readDecimal(since)
  if (sinceMs === undefined) throw new Refusal('badQuery', 'since must be a time in milliseconds since 1970')
  return { waitMs: waitSeconds * 1000, since: sinceMs }
}

function readDecimal(value: unknown): number | undefined {
  return typeof value === 'string' && /^\d{1,15}(\.\d{1,3})?$/.test(value) ? Number(value) : undefined
}

/** @throws {Refusal} `badJson`, `badScript` */
export function readScript(body: unknown): PhoneScript {
  const example = 'for example [{"ring":2},{"answer":true},{"press":"1","after":3},{"hangup":true}]'
  if (!Buffer.isBuffer(body) || body.length === 0) throw new Refusal('badJson', `send a script as JSON, ${example}`)
  try {
    return parseScript(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body)))
  } catch (error) {
    if (error instanceof ScriptError) throw new Refusal('badScript', error.message)
    if (error instanceof SyntaxError || error instanceof TypeError) {
      throw new Refusal('badJson', `the body is not JSON in UTF-8; send a script, ${example}`)
    }
    throw error
  }
}
