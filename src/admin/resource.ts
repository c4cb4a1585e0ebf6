import type { AdminErrorCode } from './errors.ts'
import { AdminError } from './errors.ts'
import { cutPage, type PageAsked, pageOf, pageQuery } from './paging.ts'
import type { ListPathOf, ParamsOf } from './path-segments.ts'
import type { Role } from './roles.ts'
import { type AdminServices, type Asked, type Route, route, type Scope } from './route.ts'
import type { Schema } from './schema/schema.ts'

/**
 * Things of one kind, each under its own path: list, get, put, delete. PUT says what a thing is to be, makes or changes
 * it, and answers what it is; saying it twice is saying it once.
 */
export interface Resource<Path extends string, Thing, Wanted> {
  /** `Template`, `Templates`: for the names of the routes. */
  readonly noun: string
  readonly plural: string
  /** What it is, for the summaries: `a text template`, `the text templates of an account`. */
  readonly one: string
  readonly all: string
  readonly path: Path
  /** What its last part is called: pages are in the order of this field. */
  readonly key: (thing: Thing) => string
  readonly thing: Schema<Thing>
  readonly scope: Scope
  /** Who may write, when it is not the scope of reading. */
  readonly writeScope?: Scope
  readonly read: Role
  readonly write: Role
  readonly maxBodyBytes?: number
  readonly errors?: readonly AdminErrorCode[]
  find(params: ParamsOf<Path>, services: AdminServices): Promise<Thing | undefined>
  list?(asked: Asked<ParamsOf<ListPathOf<Path>>>, services: AdminServices): Promise<readonly Thing[]>
  readonly wanted?: Schema<Wanted>
  /** @param current what there is; `undefined`: it is made */
  put?(
    asked: { readonly params: ParamsOf<Path>; readonly wanted: Wanted; readonly current: Thing | undefined },
    services: AdminServices,
  ): Promise<void>
  remove?(params: ParamsOf<Path>, services: AdminServices): Promise<void>
}

/** The routes of a resource: those whose stories there are. */
export function resource<const Path extends string, Thing, Wanted>(of: Resource<Path, Thing, Wanted>): Route[] {
  return [...reading(of), ...writing(of)]
}

function reading<Path extends string, Thing, Wanted>(of: Resource<Path, Thing, Wanted>): Route[] {
  const { list } = of
  const routes: Route[] = []
  if (list !== undefined) {
    // The compiler cannot see that a text cut out of a path is the type cut out of its type.
    const path = of.path.replace(/\/\{\w+\}$/, '') as ListPathOf<Path>
    routes.push(
      route({
        name: `list${of.plural}`,
        method: 'GET',
        path,
        summary: `Lists ${of.all}.`,
        role: of.read,
        scope: of.scope,
        query: pageQuery,
        answer: pageOf(of.thing),
        run: async (asked, services) => cutPage(await list.call(of, asked, services), of.key, pageAsked(asked.query)),
      }),
    )
  }
  routes.push(
    route({
      name: `get${of.noun}`,
      method: 'GET',
      path: of.path,
      summary: `Reads ${of.one}.`,
      role: of.read,
      scope: of.scope,
      answer: of.thing,
      tagged: true,
      run: ({ params }, services) => mustFind(of, params, services),
    }),
  )
  return routes
}

function pageAsked({ limit, cursor }: { limit?: number; cursor?: string }): PageAsked {
  return { ...(limit === undefined ? {} : { limit }), ...(cursor === undefined ? {} : { cursor }) }
}

function writing<Path extends string, Thing, Wanted>(of: Resource<Path, Thing, Wanted>): Route[] {
  const { wanted, put, remove, path, write: role, writeScope: scope = of.scope, errors = [] } = of
  // Read as an answer is: the ETag is that of the text which GET answers.
  const current = async (asked: Asked<ParamsOf<Path>>, services: AdminServices) => {
    const found = await of.find(asked.params, services)
    return found && of.thing.read(found, '')
  }
  const routes: Route[] = []
  if (put !== undefined && wanted !== undefined) {
    routes.push(
      route({
        ...({ name: `put${of.noun}`, method: 'PUT', path, role, scope, current, tagged: true } as const),
        summary: `Makes or changes ${of.one}.`,
        body: wanted,
        ...(of.maxBodyBytes === undefined ? {} : { maxBodyBytes: of.maxBodyBytes }),
        answer: of.thing,
        statuses: [200, 201],
        errors: ['malformed', 'preconditionFailed', ...errors],
        async run({ params, body, reply }, services) {
          const before = await of.find(params, services)
          await put.call(of, { params, wanted: body, current: before }, services)
          reply.status = before === undefined ? 201 : 200
          return mustFind(of, params, services)
        },
      }),
    )
  }
  if (remove !== undefined) {
    routes.push(
      route({
        ...({ name: `delete${of.noun}`, method: 'DELETE', path, role, scope, current, tagged: true } as const),
        summary: `Removes ${of.one}.`,
        errors: ['preconditionFailed', ...errors],
        async run({ params }, services) {
          await mustFind(of, params, services)
          await remove.call(of, params, services)
        },
      }),
    )
  }
  return routes
}

async function mustFind<Path extends string, Thing, Wanted>(
  of: Resource<Path, Thing, Wanted>,
  params: ParamsOf<Path>,
  services: AdminServices,
): Promise<Thing> {
  const found = await of.find(params, services)
  if (found === undefined) throw new AdminError('notFound', { message: `There is no such ${of.noun}.` })
  return found
}
