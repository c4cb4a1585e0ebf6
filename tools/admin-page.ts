/** Writes docs/admin-api.md and docs/admin-openapi.json from the routes of /admin. `--check`: only compares. */

import { sessionLife } from '../src/admin/access/sessions.ts'
import { loginLimits } from '../src/admin/access/sign-in.ts'
import { routeGroups, routes } from '../src/admin/catalogue.ts'
import { type AdminErrorRow, adminErrors } from '../src/admin/errors.ts'
import { openApiDocument } from '../src/admin/openapi.ts'
import { pageLimits } from '../src/admin/paging.ts'
import { mayAct, roleMeanings, roles } from '../src/admin/roles.ts'
import type { Route } from '../src/admin/route.ts'
import { fieldsOf } from '../src/admin/schema/records.ts'
import type { JsonSchema } from '../src/admin/schema/schema.ts'
import { version } from '../src/version.ts'
import { generatedPage, generatedText } from './pages/generated-page.ts'
import { markdownTable } from './pages/markdown-table.ts'

const tool = 'tools/admin-page.ts'
const renewed = { 'x-generated': `To renew: npx tsx ${tool}` }

generatedPage('docs/admin-api.md', tool, page())
generatedText(
  'docs/admin-openapi.json',
  tool,
  `${JSON.stringify({ ...renewed, ...openApiDocument(routeGroups, version) }, null, 2)}\n`,
)

function page(): string {
  const minutes = (ms: number) => ms / 60_000
  return [
    '# Administration',
    '',
    `The JSON API at \`/admin\` on the HTTP port: ${routes.length} routes for what the command line manages. For programs,`,
    '[admin-openapi.json](admin-openapi.json) is the same as an OpenAPI 3.1 document; a node answers it at',
    '`GET /admin/openapi.json`.',
    '',
    '## First steps',
    '',
    '```',
    'yuyin admin key create deploy --role owner            # a key for a program; shown once',
    'yuyin admin create li --role operator                 # somebody who signs in; asks for a password',
    'curl -H "Authorization: Bearer yya_…" http://127.0.0.1:8080/admin/accounts',
    'curl -H "Authorization: Bearer yya_…" -H "Content-Type: application/json" -X PUT \\',
    '  -d \'{"kind":"verification","text":"您的验证码是${code}"}\' \\',
    '  http://127.0.0.1:8080/admin/accounts/1000000001/templates/TTS_20001',
    'yuyin admin audit                                     # who changed what',
    '```',
    '',
    '## Who asks',
    '',
    '- **Programs** send an admin key: `Authorization: Bearer yya_…`. Its 256 random bits are kept as a hash. A key may expire,',
    '  can be revoked, and may be bound to one account: then the others do not exist for it, and what belongs to the whole',
    '  service (or is decided by it about the account: its name, state, prices and bookings) is out of reach.',
    '- **People** sign in at `POST /admin/session`. The cookie is HttpOnly and SameSite=Strict, and good on every node; all but',
    `  GET needs the \`csrfToken\` in the header X-CSRF-Token. A session ends after ${minutes(sessionLife.idleMs)} minutes without a request, after ${minutes(sessionLife.mostMs) / 60} hours,`,
    '  on signing out, and with a new password, a disabled or a removed person.',
    `- ${loginLimits.ofPair} wrong passwords for a name from one address close the door for ${minutes(loginLimits.windowMs)} minutes; so do ${loginLimits.ofAddress} from one address and ${loginLimits.ofName} for one name.`,
    '- Every change, and every try, here or from the command line, is in the audit log with who, what, target, time, address and outcome; bodies are not.',
    '',
    ...markdownTable(
      ['Role', 'May', 'Routes'],
      roles.map((role) => [role, roleMeanings[role], String(routes.filter((one) => isOpenTo(one, role)).length)]),
    ),
    '',
    '## How everything works',
    '',
    '- **PUT** says what a thing is to be, makes or changes it (201 or 200), and answers what it is. Saying it twice is saying it once.',
    '- **ETag**: send what was read in `If-Match`, and a change that somebody else made meanwhile is not overwritten (412);',
    '  `If-None-Match: *` only makes. Among requests here this holds on all nodes; the command line does not wait for it.',
    `- **Lists** have pages: \`limit\` (${pageLimits.usual}, at most ${pageLimits.most}) and \`cursor\`, the \`nextCursor\` of the page before.`,
    '- **Input is strict**: unknown fields, parameters and repeated ones are refused. Bodies are `application/json`.',
    '- **Secrets** are answered once, when they are made: no list, log or audit row has them.',
    '- Amounts are decimal texts, answered with two to four decimals; times are RFC 3339.',
    '- Refusals are `{"code", "message", "field"?, "remedy", "requestId"}`.',
    ...routeGroups.flatMap(({ title, routes: group }) => ['', `## ${title}`, '', ...group.flatMap(section)]),
    '## Refusals',
    '',
    ...markdownTable(
      ['Code', 'HTTP', 'Message', 'What to do'],
      Object.entries<AdminErrorRow>(adminErrors).map(([code, row]) => [
        ...[`\`${code}\``, String(row.status), row.message, row.remedy],
      ]),
    ),
  ].join('\n')
}

function isOpenTo({ role }: Route, held: (typeof roles)[number]): boolean {
  return role === 'open' || mayAct(held, role)
}

function section(route: Route): string[] {
  const { method, path, summary, role, scope, statuses } = route
  const components = new Map<string, JsonSchema>()
  const shape = (schema: JsonSchema): string => shapeOf(schema, components)
  const query = fieldsOf(route.query).map(({ name }) => `\`${name}\``)
  const answer = route.answer === undefined ? route.media : shape(route.answer.json(components))
  const errors = route.errors.map((code) => `\`${code}\``)
  return [
    `### ${method} /admin${path}`,
    '',
    `${summary} \`${route.name}\`, role ${role}, scope ${scope}.`,
    '',
    ...(query.length === 0 ? [] : [`- Query: ${query.join(', ')}`]),
    ...(route.body === undefined ? [] : [`- Body: \`${shape(route.body.json(components))}\``]),
    `- Answer: ${statuses.join(' or ')}${answer === undefined ? '' : ` \`${answer}\``}`,
    ...(errors.length === 0 ? [] : [`- Refusals of its own: ${errors.join(', ')}`]),
    '',
  ]
}

/** A schema on one line: `{name, state?, policies[]}`. */
function shapeOf(schema: JsonSchema, components: ReadonlyMap<string, JsonSchema>): string {
  const reference = schema['$ref']
  if (typeof reference === 'string') {
    return shapeOf(components.get(reference.replace('#/components/schemas/', '')) ?? {}, components)
  }
  if (schema['type'] === 'array' && isSchema(schema['items'])) return `${shapeOf(schema['items'], components)}[]`
  if (schema['type'] !== 'object') return String(schema['type'] ?? '')
  const { properties, required } = schema
  if (!isSchema(properties)) return 'object'
  const needed = new Set(Array.isArray(required) ? required : [])
  const fields = Object.entries(properties).map(([name, field]) => {
    const words = isSchema(field) && Array.isArray(field['enum']) ? field['enum'].join('|') : ''
    const inner = isSchema(field) && words === '' ? shapeOf(field, components) : words
    return `${name}${needed.has(name) ? '' : '?'}: ${inner}`
  })
  return `{${fields.join(', ')}}`
}

function isSchema(value: unknown): value is JsonSchema {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
