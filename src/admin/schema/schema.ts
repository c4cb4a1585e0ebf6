/** A JSON Schema as OpenAPI 3.1 takes it (dialect 2020-12). */
export type JsonSchema = { readonly [keyword: string]: unknown }

/** Schemas that have a name, gathered while a document is drawn: each stands in it once and is referred to. */
export type Components = Map<string, JsonSchema>

/** What a value must be: read from requests, checked in answers, drawn in the OpenAPI document. */
export interface Schema<T> {
  /** The JSON Schema; named parts are put into `components` and referred to. */
  json(components: Components): JsonSchema
  /**
   * Reads a value.
   *
   * @param field where it stands, for messages: `policies[2]`
   * @throws {FieldRefused}
   */
  read(value: unknown, field: string): T
}

/** What a schema reads. */
export type ReadBy<S> = S extends Schema<infer T> ? T : never

/** A value is not what its schema says. The message says what is accepted, and never repeats the value. */
export class FieldRefused extends Error {
  override readonly name = 'FieldRefused'
  readonly field: string

  constructor(field: string, message: string) {
    super(message)
    this.field = field
  }
}

/** Gives a schema a name of its own in the document. */
export function named<T>(name: string, schema: Schema<T>): Schema<T> {
  return {
    json(components) {
      if (!components.has(name)) components.set(name, schema.json(components))
      return { $ref: `#/components/schemas/${name}` }
    },
    read: schema.read,
  }
}

/** The same schema with a line of meaning. */
export function described<T>(description: string, schema: Schema<T>): Schema<T> {
  return { json: (components) => ({ ...schema.json(components), description }), read: schema.read }
}
