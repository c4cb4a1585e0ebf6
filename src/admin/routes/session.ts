import { hashPassword } from '../access/passwords.ts'
import { cookieOf, endedCookie } from '../access/session-cookie.ts'
import { openSession, sessionLife } from '../access/sessions.ts'
import { csrfTokenOf, hashToken } from '../access/tokens.ts'
import { AdminError } from '../errors.ts'
import { accountId, personName } from '../path-segments.ts'
import { roles } from '../roles.ts'
import { type AdminServices, type AskedBy, route } from '../route.ts'
import { optional, record } from '../schema/records.ts'
import { choice, text, time, timeOf } from '../schema/scalars.ts'
import { described, named } from '../schema/schema.ts'
import { password } from './people.ts'

const csrfToken = described('To be sent in the header X-CSRF-Token with everything but GET.', text({ max: 100 }))
const role = choice(...roles)

/** Signing in and out, and who one is. */
export const sessionRoutes = [
  route({
    name: 'signIn',
    method: 'POST',
    path: '/session',
    summary: `Signs a person in: sets the session's cookie. It lasts ${sessionLife.idleMs / 60_000} minutes without a request, and ${sessionLife.mostMs / 3_600_000} hours at most.`,
    role: 'open',
    scope: 'own',
    // A password is not judged by its form here: what is wrong is wrong.
    body: record({ name: personName, password: text({ max: 256 }) }),
    answer: named('NewSession', record({ name: personName, role, csrfToken, expiresAt: time() })),
    statuses: [201],
    errors: ['wrongLogin', 'tooManyLogins'],
    async run(asked, services) {
      const { body, reply } = asked
      const audit = await auditSignIn(asked, services, body.name)
      try {
        const person = await services.signIn.check(body.name, body.password, asked.address)
        const token = await openSession(services.access.sessions, services.clock, person.name)
        reply.headers['set-cookie'] = cookieOf(token, asked.isSecure)
        await audit('done')
        const expiresAt = timeOf(services.clock.now() + sessionLife.mostMs)
        return { name: person.name, role: person.role, csrfToken: csrfTokenOf(token), expiresAt }
      } catch (error) {
        if (error instanceof AdminError) await audit(error.code)
        throw error
      }
    },
  }),
  route({
    name: 'getSession',
    method: 'GET',
    path: '/session',
    summary: 'Who is asking, by session or admin key.',
    role: 'viewer',
    scope: 'own',
    answer: named(
      'Identity',
      record({
        kind: choice('person', 'key'),
        id: text({ max: 64 }),
        role,
        accountId: optional(accountId),
        csrfToken: optional(csrfToken),
      }),
    ),
    async run({ principal, sessionToken }) {
      if (principal === undefined) throw new AdminError('unauthenticated')
      return { ...principal, ...(sessionToken === undefined ? {} : { csrfToken: csrfTokenOf(sessionToken) }) }
    },
  }),
  route({
    name: 'signOut',
    method: 'DELETE',
    path: '/session',
    summary: 'Ends the session.',
    role: 'viewer',
    scope: 'own',
    async run({ sessionToken, reply, isSecure }, { access }) {
      if (sessionToken !== undefined) await access.sessions.close(hashToken(sessionToken))
      reply.headers['set-cookie'] = endedCookie(isSecure)
    },
  }),
  route({
    name: 'changePassword',
    method: 'POST',
    path: '/session/password',
    summary: 'Gives the person who is signed in a new password, and ends all sessions of that person.',
    role: 'viewer',
    scope: 'own',
    body: record({ current: text({ max: 256 }), wanted: password }),
    errors: ['wrongLogin', 'tooManyLogins'],
    async run({ principal, body, address, reply, isSecure }, { access, signIn }) {
      if (principal?.kind !== 'person') {
        throw new AdminError('forbidden', { message: 'An admin key has no password.' })
      }
      await signIn.check(principal.id, body.current, address)
      await access.people.change(principal.id, { passwordHash: await hashPassword(body.wanted) })
      reply.headers['set-cookie'] = endedCookie(isSecure)
    },
  }),
]

/** A name that nobody has is not kept: people type passwords into the wrong field. */
async function auditSignIn(by: AskedBy, { access, clock }: AdminServices, name: string) {
  const known = (await access.people.find(name)) !== undefined
  const entry = { at: clock.now(), action: 'signIn', target: '/session', address: by.address, requestId: by.requestId }
  return async (outcome: string) => {
    // Tries that were not even looked at would fill the log.
    if (outcome === 'tooManyLogins') return
    const id = await access.audit.begin({ ...entry, actor: known ? `person:${name}` : 'person:?' })
    await access.audit.end(id, outcome)
  }
}
