import { loadPage, pageOf, pageQuery } from '../paging.ts'
import { route } from '../route.ts'
import { optional, record } from '../schema/records.ts'
import { integer, text, time, timeOf, wallMsOf } from '../schema/scalars.ts'
import { described, named } from '../schema/schema.ts'

const short = text({ max: 300 })

/** Who did what, to what, when, from where, and how it ended. */
export const auditRoutes = [
  route({
    name: 'listAudit',
    method: 'GET',
    path: '/audit',
    summary: 'Lists what was changed, or tried to be, newest first.',
    role: 'owner',
    scope: 'service',
    query: {
      ...pageQuery,
      actor: optional(described('`person:<name>`, `key:<id>`, `cli:<user>`.', short)),
      action: optional(described('The `operationId`.', short)),
      target: optional(described('The path below /admin, or the beginning of one.', short)),
      from: optional(described('At this moment or later.', time())),
      to: optional(described('Before this moment.', time())),
    },
    answer: pageOf(
      named(
        'AuditEntry',
        record({
          id: integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
          at: time(),
          ...{ actor: short, action: short, target: short },
          ...{ address: short, requestId: short },
          outcome: described('`done`, the code of a refusal, or `started`: it is not known how it ended.', short),
        }),
      ),
    ),
    async run({ query }, { access }) {
      const { from, to, actor, action, target } = query
      const filter = {
        ...(actor === undefined ? {} : { actor }),
        ...(action === undefined ? {} : { action }),
        ...(target === undefined ? {} : { target }),
        ...(from === undefined ? {} : { from: wallMsOf(from) }),
        ...(to === undefined ? {} : { to: wallMsOf(to) }),
      }
      const page = await loadPage(query, ({ limit, before }) =>
        access.audit.list(filter, { limit, ...(before === undefined ? {} : { beforeId: before }) }),
      )
      return { ...page, items: page.items.map((one) => ({ ...one, at: timeOf(one.at) })) }
    },
  }),
]
