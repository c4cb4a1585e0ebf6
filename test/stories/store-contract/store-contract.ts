import { acceptingContract } from './accepting.ts'
import { accessContract } from './access.ts'
import { administrationContract } from './administration.ts'
import { announcementsContract } from './announcements.ts'
import { nodesOn, type ServerUnderTest } from './bench-of-nodes.ts'
import { chargingContract } from './charging.ts'
import { diallingContract } from './dialling.ts'
import { doubleCallsContract } from './double-calls.ts'
import { messageQueuesContract } from './message-queues.ts'
import { permissionsContract } from './permissions.ts'
import { pushesContract } from './pushes.ts'
import { receiptsContract } from './receipts.ts'
import { recordingsContract } from './recordings.ts'
import { requestLimitsContract } from './request-limits.ts'
import { sharingContract } from './sharing.ts'
import { trunksContract } from './trunks.ts'

/** Everything that a store promises, whichever PostgreSQL is behind it. */
export function storeContract(start: () => Promise<ServerUnderTest>): void {
  const nodes = nodesOn(start)
  acceptingContract(nodes)
  diallingContract(nodes)
  doubleCallsContract(nodes)
  receiptsContract(nodes)
  messageQueuesContract(nodes)
  pushesContract(nodes)
  recordingsContract(nodes)
  administrationContract(nodes)
  announcementsContract(nodes)
  accessContract(nodes)
  permissionsContract(nodes)
  chargingContract(nodes)
  requestLimitsContract(nodes)
  sharingContract(nodes)
  trunksContract(nodes)
}
