import { type TrunkProfile, usualTrunk } from '../../../src/domain/trunk/trunk-profile.ts'
import type { TestNode } from '../../node/start-test-node.ts'

/** Makes a trunk to a port of this machine that may dial everything, and waits until the node uses it. */
export async function addTrunk(
  { trunks: { trunks, trunkBoard } }: TestNode,
  facts: Partial<TrunkProfile> & { readonly name: string; readonly port: number },
): Promise<void> {
  await trunks.save({ ...usualTrunk, host: '127.0.0.1', destinations: ['*'], pingSeconds: 0, restAfter: 0, ...facts })
  await untilStanding(trunkBoard, facts.name, (state) => state === 'free')
}

/** Waits until the node tells that a trunk stands so. */
export async function untilStanding(
  trunkBoard: TestNode['trunks']['trunkBoard'],
  name: string,
  isSo: (state: string | undefined) => boolean,
): Promise<void> {
  for (;;) {
    const standing = (await trunkBoard.standings()).find(({ trunk }) => trunk === name)
    if (isSo(standing?.state)) return
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
