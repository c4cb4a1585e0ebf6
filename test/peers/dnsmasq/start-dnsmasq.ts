import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as pauseMs } from 'node:timers/promises'
import { hasCode } from '../../../src/lib/error-code.ts'
import { type DnsLookups, systemDns } from '../../../src/sip/resolve/dns-lookups.ts'
import { freePort } from '../../sockets/ports.ts'

/** Debian's dnsmasq as the DNS server of a few names, on loopback, which asks nobody else. */
export interface Dnsmasq {
  /** `127.0.0.1:port` */
  readonly address: string
  stop(): Promise<void>
}

/** It ends by itself after this long, whatever happens to its test. */
const lifetimeSeconds = 60

/** Starts dnsmasq. @param records its own options: `--srv-host=…`, `--naptr-record=…`, `--host-record=…` */
export async function startDnsmasq(records: readonly string[]): Promise<Dnsmasq> {
  if (spawnSync('dnsmasq', ['--version']).error !== undefined) {
    throw new Error('dnsmasq is missing; install it with: apt-get install -y dnsmasq-base')
  }
  const port = await freePort()
  const child = spawn(
    'timeout',
    [
      ...[`${lifetimeSeconds}s`, 'dnsmasq', '--keep-in-foreground', '--conf-file=/dev/null', '--pid-file='],
      ...['--no-resolv', '--no-hosts', '--no-daemon', '--bind-interfaces', '--listen-address=127.0.0.1'],
      ...[`--port=${port}`, '--local=/test/', '--host-record=ready.test,127.0.0.1', ...records],
    ],
    { stdio: 'ignore' },
  )
  const gone = once(child, 'close')
  const address = `127.0.0.1:${port}`
  const dns = systemDns([address])
  while (child.exitCode === null && !(await answers(dns))) await pauseMs(20)
  if (child.exitCode !== null) throw new Error(`dnsmasq did not start, or ended with ${child.exitCode}`)
  return {
    address,
    async stop() {
      child.kill('SIGTERM')
      await gone
    },
  }
}

async function answers(dns: DnsLookups): Promise<boolean> {
  try {
    return (await dns.addresses('ready.test', 4)).records.length > 0
  } catch (error) {
    if (hasCode(error, 'ECONNREFUSED', 'ETIMEOUT')) return false
    throw error
  }
}
