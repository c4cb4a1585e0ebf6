import type { Route } from './route.ts'
import { accountRoutes } from './routes/accounts.ts'
import { adminKeyRoutes } from './routes/admin-keys.ts'
import { announcementRoutes } from './routes/announcements.ts'
import { auditRoutes } from './routes/audit.ts'
import { documentRoutes } from './routes/document.ts'
import { keyRoutes } from './routes/keys.ts'
import { accountPriceRoutes, bookingRoutes, ledgerRoutes, priceRoutes } from './routes/money.ts'
import { numberRoutes, wordRoutes } from './routes/numbers.ts'
import { personRoutes } from './routes/people.ts'
import { pushRoutes } from './routes/pushes.ts'
import { recordingRoutes } from './routes/recordings.ts'
import { sessionRoutes } from './routes/session.ts'
import { templateRoutes, voiceRoutes } from './routes/speech.ts'
import { subscriptionRoutes } from './routes/subscriptions.ts'
import { trunkRoutes } from './routes/trunks.ts'
import { policyRoutes, userRoutes } from './routes/users.ts'

/** A group of routes with its heading. */
export interface RouteGroup {
  readonly title: string
  readonly routes: readonly Route[]
}

/** Every route, in the order of the document and the page. */
export const routeGroups: readonly RouteGroup[] = [
  { title: 'Session', routes: sessionRoutes },
  { title: 'Accounts', routes: accountRoutes },
  { title: 'Users and policies', routes: [...userRoutes, ...policyRoutes] },
  { title: 'AccessKeys', routes: keyRoutes },
  { title: 'Numbers', routes: numberRoutes },
  { title: 'Templates and voices', routes: [...templateRoutes, ...voiceRoutes] },
  { title: 'Announcements', routes: announcementRoutes },
  { title: 'Trunks', routes: trunkRoutes },
  { title: 'Receipts', routes: [...subscriptionRoutes, ...pushRoutes] },
  { title: 'Recordings', routes: recordingRoutes },
  { title: 'Money', routes: [...priceRoutes, ...accountPriceRoutes, ...ledgerRoutes, ...bookingRoutes] },
  { title: 'Words', routes: wordRoutes },
  { title: 'People, admin keys and audit', routes: [...personRoutes, ...adminKeyRoutes, ...auditRoutes] },
  { title: 'Document', routes: documentRoutes },
]

export const routes: readonly Route[] = routeGroups.flatMap((group) => group.routes)
