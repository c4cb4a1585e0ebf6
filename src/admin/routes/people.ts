import { hashPassword, passwordLength } from '../access/passwords.ts'
import type { Person } from '../access/ports.ts'
import { AdminError } from '../errors.ts'
import { personName } from '../path-segments.ts'
import { resource } from '../resource.ts'
import { roles } from '../roles.ts'
import { optional, record } from '../schema/records.ts'
import { boolean, choice, text, time, timeOf } from '../schema/scalars.ts'
import { described, named } from '../schema/schema.ts'

/** A password as it is given. */
export const password = described('Never answered.', text(passwordLength))
const role = choice(...roles)

/** People who sign in. A new password, another role or `enabled: false` holds at once, for open sessions as well. */
export const personRoutes = resource({
  noun: 'Person',
  plural: 'People',
  one: 'somebody who signs in',
  all: 'the people who may sign in',
  path: '/people/{personName}',
  key: (one) => one.name,
  thing: named('Person', record({ name: personName, role, enabled: boolean(), createdAt: time() })),
  scope: 'service',
  read: 'owner',
  write: 'owner',
  async find(params, { access }) {
    const found = await access.people.find(params.personName)
    return found && shown(found)
  },
  list: async (_asked, { access }) => (await access.people.list()).map(shown),
  wanted: named(
    'WantedPerson',
    record({
      role,
      enabled: optional(boolean()),
      password: optional(described('Needed for a new person; left out: the password stays.', password)),
    }),
  ),
  async put({ params: { personName: name }, wanted, current }, { access: { people } }) {
    const passwordHash = wanted.password === undefined ? undefined : await hashPassword(wanted.password)
    const facts = { role: wanted.role, enabled: wanted.enabled ?? true }
    if (current === undefined) {
      if (passwordHash === undefined) {
        throw new AdminError('malformedBody', { field: 'password', message: 'password is missing.' })
      }
      await people.create({ name, ...facts, passwordHash })
    } else await people.change(name, { ...facts, ...(passwordHash === undefined ? {} : { passwordHash }) })
  },
  async remove(params, { access }) {
    await access.people.remove(params.personName)
  },
})

function shown({ createdAt, ...rest }: Person) {
  return { ...rest, createdAt: timeOf(createdAt) }
}
