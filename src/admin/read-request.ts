import { jsonDecoded, percentDecoded, utf8Decoded } from '../lib/decode-text.ts'
import { AdminError, type AdminErrorCode } from './errors.ts'
import { type ParamsOf, pathSegments, segmentNames } from './path-segments.ts'
import { fieldsOf, type RecordFields, type RecordOf, record } from './schema/records.ts'
import { FieldRefused, type Schema } from './schema/schema.ts'

/** Reads the variable parts of a path. @throws {AdminError} malformedPath */
export function readParams<Path extends string>(path: Path, params: Readonly<Record<string, string>>): ParamsOf<Path> {
  const read: Record<string, string> = {}
  for (const name of segmentNames(path)) {
    read[name] = refused('malformedPath', () => pathSegments[name].read(decoded(params[name] ?? '', name), name))
  }
  // Each part was read by the schema of its name; a mapped type cannot be built key by key without saying so.
  return read as ParamsOf<Path>
}

/** Reads a query; each parameter at most once, unknown ones are refused. @throws {AdminError} malformedQuery */
export function readQuery<Query extends RecordFields>(fields: Query | undefined, query: string): RecordOf<Query> {
  const known = fieldsOf(fields ?? {})
  const given: Record<string, unknown> = {}
  for (const [name, text] of new URLSearchParams(query)) {
    if (Object.hasOwn(given, name)) {
      throw new AdminError('malformedQuery', { field: name.slice(0, 60), message: 'It is given twice.' })
    }
    const schema = known.find((field) => field.name === name)?.schema
    given[name] = schema?.json(new Map())['type'] === 'integer' && /^\d{1,15}$/.test(text) ? Number(text) : text
  }
  const read = refused('malformedQuery', () => record(fields ?? {}).read(given, ''))
  // The record is made of these very fields, or of none when there are none.
  return read as RecordOf<Query>
}

/** Reads a body. @throws {AdminError} malformedBody */
export function readBody<Body>(schema: Schema<Body> | undefined, bytes: Buffer): Body {
  if (schema === undefined) {
    if (bytes.length > 0) throw new AdminError('malformedBody', { message: 'This takes no body.' })
    // Without a schema the type is unknown, which undefined is.
    return undefined as Body
  }
  return refused('malformedBody', () => schema.read(parsed(bytes), ''))
}

/** What a parser says repeats the text, which may hold a secret: it is not told. */
function parsed(bytes: Buffer): unknown {
  const body = jsonDecoded(utf8Decoded(bytes) ?? '')
  if (body === undefined) throw new AdminError('malformedBody', { message: 'The body is no JSON in UTF-8.' })
  return body
}

function decoded(segment: string, field: string): string {
  const text = percentDecoded(segment)
  if (text === undefined) throw new AdminError('malformedPath', { field, message: 'The percent-encoding is broken.' })
  return text
}

function refused<T>(code: AdminErrorCode, read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (error instanceof FieldRefused) {
      throw new AdminError(code, { message: error.message, ...(error.field === '' ? {} : { field: error.field }) })
    }
    throw error
  }
}
