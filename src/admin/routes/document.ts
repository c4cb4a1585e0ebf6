import { route } from '../route.ts'
import type { Schema } from '../schema/schema.ts'

const anyObject: Schema<object> = {
  json: () => ({ type: 'object' }),
  read(value) {
    if (typeof value !== 'object' || value === null) throw new Error('the document is no object')
    return value
  },
}

/** The document of this API, by itself. */
export const documentRoutes = [
  route({
    name: 'getDocument',
    method: 'GET',
    path: '/openapi.json',
    summary: 'This API as an OpenAPI 3.1 document.',
    role: 'viewer',
    scope: 'own',
    answer: anyObject,
    run: async (_asked, { document }) => document(),
  }),
]
