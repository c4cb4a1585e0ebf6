import { constants, setPriority } from 'node:os'
import { type HelperNews, isHelperRequest } from './helper-messages.ts'

/**
 * The child's half of a helper process: says that it is ready, then does one job after the other until the channel to
 * its keeper closes. Signals are the keeper's business, although terminals and service managers send them to every
 * process of a group: a node that drains still needs its helpers, and ends them itself. Runs with less priority than
 * the processes that answer requests and send audio.
 *
 * @param ready told to the keeper at start
 * @param work does one job; what it throws is reported as that job's failure
 */
export function serveHelper(ready: unknown, work: (body: unknown) => unknown): void {
  const tell = (news: HelperNews) => process.send?.(news)
  setPriority(constants.priority.PRIORITY_BELOW_NORMAL)
  process.on('SIGINT', () => undefined)
  process.on('SIGTERM', () => undefined)
  process.on('disconnect', () => process.exit(0))
  process.on('message', (message) => {
    if (!isHelperRequest(message)) return
    const { id } = message
    const done = Promise.resolve(message.body).then(work)
    done.then(
      (body) => tell({ kind: 'done', id, body }),
      (error: unknown) => {
        const { name, message: text } = error instanceof Error ? error : new Error(String(error))
        tell({ kind: 'failed', id, name, message: text })
      },
    )
  })
  tell({ kind: 'ready', body: ready })
}
