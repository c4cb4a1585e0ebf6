import { setTimeout as sleep } from 'node:timers/promises'
import { compile, startProgram } from './c-program.ts'

/** What came of the packets of one kind; see relay-load.c. Delays from sending to arrival. */
export interface Delays {
  sent: number
  received: number
  p50Ms: number
  p99Ms: number
  worstMs: number
}

/** The telephones of many calls. */
export interface RelayLoad {
  /** Where the first and the second leg of every call are heard. */
  readonly ports: readonly [number, number]
  /** Both legs of a call talk from now on, each to its port of the relay. */
  addCall(relayPorts: readonly [number, number]): void
  /** Pairs that talk to each other with nothing in between. */
  addDirect(pairs: number): void
  measure(seconds: number): Promise<{ relayed: Delays; direct: Delays }>
  close(): Promise<void>
}

export async function startRelayLoad(): Promise<RelayLoad> {
  const program = startProgram(await compile('relay-load'), [])
  const [one = 0, other = 0] = (await program.nextLine()).split(' ').map(Number)
  return {
    ports: [one, other],
    addCall: (ports) => program.tell(`call ${ports[0]} ${ports[1]}`),
    addDirect(pairs) {
      for (let pair = 0; pair < pairs; pair++) program.tell('direct')
    },
    async measure(seconds) {
      program.tell('start')
      await sleep(seconds * 1000)
      program.tell('stop')
      const measured: { relayed: Delays; direct: Delays } = JSON.parse(await program.nextLine())
      return measured
    },
    close: () => program.close(),
  }
}
