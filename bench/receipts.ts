import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { queueName } from '../src/domain/receipt/receipt.ts'
import { median } from './load/median.ts'
import { pullBySql } from './load/pull-by-sql.ts'
import type { PullOrder, PullResult } from './load/pull-receipts.ts'
import { runNode } from './load/run-node.ts'
import type { Report } from './report.ts'

const rounds = 3
const receiptsPerRound = 24_000
const warmUpReceipts = 4_000
const connections = 32
const accountId = '1000000001'
const queue = queueName(accountId, 'VoiceReport')

/**
 * Receipts a second through signed MNS batches of 16, each batch deleted before the next is asked for, with the puller
 * on the same cores. Beside it the same work without HTTP, signatures and XML: the same two statements, one batch each,
 * on as many database connections as the node has.
 */
export const bench = {
  name: 'receipts',
  summary: 'receipts pulled per second by signed MNS batches of 16 with deletes, beside the same SQL without HTTP',
  async run(report: Report): Promise<void> {
    const node = await runNode({ YUYIN_TRUNK_CHANNELS: '0' })
    const database = new pg.Client(node.endpoints.database)
    const puller = fork(fileURLToPath(new URL('./load/pull-receipts.ts', import.meta.url)), {
      execArgv: ['--import', 'tsx'],
    })
    try {
      await database.connect()
      const order = { endpoint: node.endpoints.http, queue, accessKeyId: 'testId', secret: 'testSecret', connections }
      const bySql = () => pullBySql(node.endpoints.database, queue)
      await fill(database, warmUpReceipts)
      await ask(puller, order)
      await fill(database, warmUpReceipts)
      await bySql()
      const pulled: PullResult[] = []
      const yardsticks: number[] = []
      for (let round = 0; round < rounds; round++) {
        report.progress(`round ${round + 1} of ${rounds}`)
        await fill(database, receiptsPerRound)
        yardsticks.push(perSecond(await bySql()))
        await fill(database, receiptsPerRound)
        pulled.push(await ask(puller, order))
      }
      tell(report, pulled, yardsticks)
    } finally {
      puller.kill('SIGKILL')
      await database.end()
      await node.close()
    }
  },
}

function tell(report: Report, pulled: readonly PullResult[], yardsticks: readonly number[]): void {
  const runs = pulled.map(perSecond)
  const value = median(runs)
  const yardstick = median([...yardsticks])
  report.figure({ figure: 'pulled', value, unit: 'receipts/s', yardstick, ratio: value / yardstick, runs })
  const latencies = pulled.map((one) => one.p99Ms)
  report.figure({ figure: 'batch latency p99', value: median(latencies), unit: 'ms', runs: latencies })
}

/** @throws when receipts were lost, or came twice */
function perSecond({ received, distinct, seconds }: { received: number; distinct: number; seconds: number }): number {
  if (received !== distinct || distinct !== receiptsPerRound) {
    throw new Error(`${received} receipts came, ${distinct} different ones, of ${receiptsPerRound}`)
  }
  return received / seconds
}

/** Puts receipts of the usual size into the queue, as the records of so many calls would. */
async function fill(database: pg.Client, count: number): Promise<void> {
  await database.query(
    `INSERT INTO queue_messages (queue, body, enqueued_at, visible_at, expires_at)
      SELECT $1, replace($2, '#', lpad(number::text, 12, '0')), $3::bigint, $3::bigint, $3::bigint + 345600000
        FROM generate_series(1, $4::integer) AS number`,
    [queue, sampleBody, Date.now(), count],
  )
  // What autovacuum does to a table that has been full for a while.
  await database.query('VACUUM ANALYZE queue_messages')
}

const sampleBody = JSON.stringify({
  call_id: '116012354148^#',
  originate_time: '2024-01-02 11:04:05',
  ring_time: '2024-01-02 11:04:06',
  start_time: '2024-01-02 11:04:08',
  end_time: '2024-01-02 11:04:14',
  duration: '7',
  caller: '057128880000',
  callee: '13900000000',
  status_code: '200000',
  smart_status_code: 'ANSWERED',
  status_msg: '用户听完语音',
  hangup_direction: '机器',
  out_id: 'order-#',
})

function ask(puller: ChildProcess, order: PullOrder): Promise<PullResult> {
  return new Promise((resolve, reject) => {
    const onExit = () => reject(new Error('the puller ended'))
    puller.once('exit', onExit)
    puller.once('message', (answer: PullResult | { failed: string }) => {
      puller.off('exit', onExit)
      if ('failed' in answer) reject(new Error(answer.failed))
      else resolve(answer)
    })
    puller.send(order)
  })
}
