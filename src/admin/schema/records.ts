import { FieldRefused, type JsonSchema, type ReadBy, type Schema } from './schema.ts'

/** A field that may be left out. */
export interface OptionalField<T> {
  readonly optional: Schema<T>
}

export function optional<T>(schema: Schema<T>): OptionalField<T> {
  return { optional: schema }
}

/** The same fields, each of which may be left out. */
export function allOptional<F extends Readonly<Record<string, Schema<unknown>>>>(
  fields: F,
): { readonly [Name in keyof F]: OptionalField<ReadBy<F[Name]>> } {
  const made = Object.fromEntries(Object.entries(fields).map(([name, schema]) => [name, optional(schema)]))
  // Each name has its own schema; a mapped type cannot be built key by key without saying so.
  return made as { [Name in keyof F]: OptionalField<ReadBy<F[Name]>> }
}

export type RecordFields = Readonly<Record<string, Schema<unknown> | OptionalField<unknown>>>

/** What a record of these fields reads as. */
export type RecordOf<F extends RecordFields> = {
  readonly [Name in keyof F as F[Name] extends Schema<unknown> ? Name : never]: ReadBy<F[Name]>
} & {
  readonly [Name in keyof F as F[Name] extends Schema<unknown> ? never : Name]?: F[Name] extends OptionalField<infer T>
    ? T
    : never
}

/** An object of exactly these fields: an unknown one is refused, so that a slip of the pen is not passed over. */
export function record<F extends RecordFields>(fields: F): Schema<RecordOf<F>> {
  const entries = Object.entries(fields)
  const names = entries.map(([name]) => name)
  return {
    json(components) {
      const properties: Record<string, JsonSchema> = {}
      for (const [name, field] of entries) properties[name] = schemaOf(field).json(components)
      const required = entries.filter(([, field]) => !isOptional(field)).map(([name]) => name)
      return {
        type: 'object',
        properties,
        ...(required.length === 0 ? {} : { required }),
        additionalProperties: false,
      }
    },
    read(value, where) {
      const given = objectOf(value, where)
      const unknown = Object.keys(given).find((name) => !Object.hasOwn(fields, name))
      if (unknown !== undefined) {
        const accepted = names.length === 0 ? 'there are no fields here' : `there are ${names.join(', ')}`
        // The name is the client's own text: it is not repeated beyond a sane length.
        throw new FieldRefused(inside(where, unknown.slice(0, 60)), `This field is not known; ${accepted}.`)
      }
      const read: Record<string, unknown> = {}
      for (const [name, field] of entries) {
        const found = Object.hasOwn(given, name) ? given[name] : undefined
        if (found === undefined && isOptional(field)) continue
        if (found === undefined) throw new FieldRefused(inside(where, name), `${inside(where, name)} is missing.`)
        read[name] = schemaOf(field).read(found, inside(where, name))
      }
      // Each name was read by its own field; a mapped type cannot be built key by key without saying so.
      return read as RecordOf<F>
    },
  }
}

/** A list, in its own order. */
export function list<T>(item: Schema<T>, { max }: { max: number }): Schema<readonly T[]> {
  return {
    json: (components) => ({ type: 'array', items: item.json(components), maxItems: max }),
    read(value, field) {
      if (!Array.isArray(value) || value.length > max) {
        throw new FieldRefused(field, `${field} must be a list of at most ${max}.`)
      }
      return value.map((one: unknown, index) => item.read(one, `${field}[${index}]`))
    },
  }
}

function isOptional(field: Schema<unknown> | OptionalField<unknown>): field is OptionalField<unknown> {
  return 'optional' in field
}

function schemaOf(field: Schema<unknown> | OptionalField<unknown>): Schema<unknown> {
  return isOptional(field) ? field.optional : field
}

/** The schemas of a record, and which of them may be left out. */
export function fieldsOf(
  fields: RecordFields,
): readonly { name: string; schema: Schema<unknown>; required: boolean }[] {
  return Object.entries(fields).map(([name, field]) => ({
    name,
    schema: schemaOf(field),
    required: !isOptional(field),
  }))
}

function objectOf(value: unknown, where: string): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new FieldRefused(where, `${where || 'The body'} must be a JSON object.`)
  }
  return Object.fromEntries(Object.entries(value))
}

function inside(where: string, name: string): string {
  return where === '' ? name : `${where}.${name}`
}
