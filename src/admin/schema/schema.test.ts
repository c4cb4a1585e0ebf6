import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { allOptional, list, optional, record } from './records.ts'
import { base64, boolean, choice, integer, pattern, text, time, timeOf, wallMsOf } from './scalars.ts'
import { named, type Schema } from './schema.ts'

const person = named(
  'Person',
  record({
    name: text({ max: 5 }),
    age: optional(integer({ min: 0, max: 9 })),
    tags: list(choice('a', 'b'), { max: 2 }),
  }),
)

describe('a record', () => {
  it('reads exactly its fields', () => {
    expect(person.read({ name: 'li', tags: ['a'] }, '')).toEqual({ name: 'li', tags: ['a'] })
    expect(person.read({ name: 'li', age: 3, tags: [] }, '')).toEqual({ name: 'li', age: 3, tags: [] })
  })

  it.each<[unknown, string]>([
    [{ tags: [] }, 'name'],
    [{ name: 'li', tags: ['a', 'c'] }, 'tags[1]'],
    [{ name: 'li', tags: ['a', 'b', 'a'] }, 'tags'],
    [{ name: 'li', tags: [], age: 1.5 }, 'age'],
    [{ name: 'li', tags: [], age: null }, 'age'],
    [{ name: 'li', tags: [], agee: 1 }, 'agee'],
    [JSON.parse('{"name":"li","tags":[],"__proto__":{}}'), '__proto__'],
    [{ name: 'longer', tags: [] }, 'name'],
    [[], ''],
    [null, ''],
  ])('refuses %j at "%s"', (value, field) => {
    expect(() => person.read(value, '')).toThrow(expect.objectContaining({ name: 'FieldRefused', field }))
  })

  it('never repeats what was given: it may be a secret', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 6, maxLength: 40 }), (secret) => {
        const canary = `canary-${secret}`
        expect(() => person.read({ name: canary, tags: [] }, '')).toThrow(
          expect.objectContaining({ message: expect.not.stringContaining('canary') }),
        )
      }),
    )
  })

  it('stands in a document once, by its name', () => {
    const components = new Map()
    expect(person.json(components)).toEqual({ $ref: '#/components/schemas/Person' })
    expect(components.get('Person')).toMatchObject({
      ...{ type: 'object', required: ['name', 'tags'], additionalProperties: false },
      properties: { tags: { type: 'array', items: { enum: ['a', 'b'] } } },
    })
  })
})

describe('values', () => {
  it.each<[string, Schema<unknown>, unknown[], unknown[]]>([
    ['text', text({ max: 3 }), ['a', '语音好', '😀😀😀'], ['', 'abcd', 'a\nb', '\ud800', 7, null]],
    ['pattern', pattern(/^\d+$/, 'digits'), ['1'], ['', 'a', 1]],
    ['boolean', boolean(), [true, false], ['true', 0]],
    [
      'time',
      time(),
      ['2024-01-02T03:04:05Z', '2024-01-02T03:04:05.678+08:00'],
      ['2024-01-02', '2024-13-02T00:00:00Z', 5],
    ],
    ['base64', base64(8), ['AAAA', 'AA=='], ['', 'A', 'AA-_', 'AAAAAAAAAAAA']],
  ])('%s', (_name, schema, right, wrong) => {
    for (const value of right) expect(schema.read(value, 'it')).toBe(value)
    for (const value of wrong) expect(() => schema.read(value, 'it')).toThrow(/^it must be /)
  })

  it('times read as they were written', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4_000_000_000_000 }), (wallMs) => {
        expect(wallMsOf(timeOf(wallMs))).toBe(wallMs)
      }),
    )
  })
})

it('fields that may all be left out are read when they are there', () => {
  const schema = record(allOptional({ name: text({ max: 5 }), on: boolean() }))
  expect(schema.read({}, '')).toEqual({})
  expect(schema.read({ on: true }, '')).toEqual({ on: true })
  expect(() => schema.read({ name: 'longer' }, '')).toThrow('name must be')
  expect(schema.json(new Map())).not.toHaveProperty('required')
})
