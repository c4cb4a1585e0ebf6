import { readdirSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { parseMessage } from '../message/parse-message.ts'
import { serializeMessage } from '../message/serialize-message.ts'
import { rfc4475 } from './rfc4475.ts'
import { rfc5118 } from './rfc5118.ts'
import { tortureBytes } from './torture-message.ts'
import { verdictOn } from './verdict.ts'

describe.each([
  { rfc: 'rfc4475', rows: rfc4475, count: 49 },
  { rfc: 'rfc5118', rows: rfc5118, count: 12 },
])('$rfc', ({ rfc, rows, count }) => {
  test('every message has a file, every file a row', () => {
    const files = readdirSync(new URL(rfc, import.meta.url)).map((file) => file.replace('.dat', ''))
    expect(files.sort()).toEqual(rows.map(({ name }) => name).sort())
    expect(rows).toHaveLength(count)
  })

  test.each(rows)('§$section $name', ({ name, parsed }) => {
    expect(verdictOn(tortureBytes(rfc, name))).toEqual(parsed)
  })

  test.each(rows.filter(({ parsed }) => parsed === 'sound'))('$name says the same after it was written', ({ name }) => {
    const parsed = parseMessage(tortureBytes(rfc, name))
    if (parsed.kind !== 'message') throw new Error(parsed.kind)
    const again = parseMessage(serializeMessage(parsed.message))
    if (again.kind !== 'message') throw new Error(again.kind)
    for (const { message } of [parsed, again]) message.headers.remove('content-length')
    expect(again).toEqual(parsed)
  })
})
