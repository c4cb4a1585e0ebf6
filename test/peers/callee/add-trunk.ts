import type { TrunkStanding } from '../../../src/domain/trunk/known-trunk.ts'
import { type TrunkProfile, usualTrunk } from '../../../src/domain/trunk/trunk-profile.ts'
import type { TestNode } from '../../node/start-test-node.ts'

type Facts = Partial<TrunkProfile> & { readonly name: string; readonly port: number }

/** Makes a trunk to a port of this machine that may dial everything. */
export async function saveTrunk({ trunks: { trunks } }: TestNode, facts: Facts): Promise<void> {
  await trunks.save({ ...usualTrunk, host: '127.0.0.1', destinations: ['*'], pingSeconds: 0, restAfter: 0, ...facts })
}

/** The same, and waits until the node uses it. */
export async function addTrunk(node: TestNode, facts: Facts): Promise<void> {
  await saveTrunk(node, facts)
  await untilStanding(node, facts.name, ({ state }) => state === 'free')
}

/** Waits until the node tells that a trunk stands so. */
export async function untilStanding(
  { trunks: { trunkBoard } }: TestNode,
  name: string,
  isSo: (standing: TrunkStanding) => boolean,
): Promise<TrunkStanding> {
  for (;;) {
    const standing = (await trunkBoard.standings()).find(({ trunk }) => trunk === name)
    if (standing !== undefined && isSo(standing)) return standing
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
