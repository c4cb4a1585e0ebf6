import type { Config } from '../../config.ts'
import { warningOf } from '../../domain/trunk/check-trunk.ts'
import type { KnownTrunk } from '../../domain/trunk/known-trunk.ts'
import type { Endpoints } from '../../endpoints.ts'
import { stunServersOf } from '../../external-address.ts'
import { systemClock } from '../../lib/clock.ts'
import { askStun, StunFailed } from '../../sip/stun/ask-stun.ts'
import { localHost } from '../../sip/transport/local-host.ts'
import { knownTrunks } from '../../store/trunks/known-trunks.ts'
import { trunkOfSettings } from '../../trunks.ts'
import { reasonOf } from '../expected-reason.ts'
import { openToolStore } from '../tool-store.ts'
import { askNextHop, type NextHopAnswer } from '../trunk/ask-next-hop.ts'
import { type AudioPathFacts, judgeAudioPath } from './audio-path.ts'
import { bad, type Check, type Finding, good, note } from './check.ts'

/** The ways out: whether each works, what it may dial, and whether sound would come back. */
export async function trunkChecks(config: Config, running: Endpoints | undefined): Promise<Check[]> {
  let known: KnownTrunk[]
  try {
    known = await trunksOf(config, running)
  } catch (error) {
    return [told('trunk', bad(`they cannot be read: ${reasonOf(error, Error)}`, 'See the check of the database.'))]
  }
  const carriers = known.filter(({ origin, profile }) => origin !== 'phones' && profile.enabled)
  if (carriers.length === 0) return [told('trunk', nowhere(config, running))]
  const asked = await Promise.all(
    carriers.map(async (trunk) => ({ trunk, answers: await askNextHop({ ...trunk.profile, password: '' }, config) })),
  )
  return [
    ...asked.map(({ trunk, answers }) => told('trunk', judge(trunk, answers))),
    ...carriers.flatMap(({ profile }) => {
      const warning = warningOf(profile)
      if (warning === undefined) return []
      return [told('trunk', note(`${profile.name}: keys of its sound can be read on the way`, warning))]
    }),
    ...judgeAudioPath(await audioPathOf(config, asked)).map((finding) => told('audio path', finding)),
  ]
}

/** Those of the store, with those of the settings: of the running node, or of this command's own. */
async function trunksOf(config: Config, running: Endpoints | undefined): Promise<KnownTrunk[]> {
  const ofSettings = trunkOfSettings(config)
  const own: KnownTrunk[] =
    ofSettings === undefined ? [] : [{ profile: ofSettings, origin: 'settings', standings: [], callsToday: undefined }]
  // An embedded server is not started for a question: without a node nothing of the store works anyway.
  if (running === undefined && (config.databaseUrl === '' || ofSettings !== undefined)) return own
  const store = await openToolStore(config, running)
  try {
    const known = await knownTrunks(store.trunks, store.trunkBoard, systemClock)
    return running === undefined ? [...own, ...known] : known
  } finally {
    await store.close()
  }
}

function nowhere(config: Config, running: Endpoints | undefined): Finding {
  if (running?.phones !== undefined) return good(`the virtual phones at ${running.phones}`)
  if (config.profile === 'dev' && config.phones) return good('the virtual phones')
  const remedy = "Make one with 'yuyin trunk add', or set YUYIN_TRUNK_HOST: without it no call leaves this node."
  return bad('none', remedy)
}

function judge({ profile, standings }: KnownTrunk, answers: readonly NextHopAnswer[]): Finding {
  const { name, pingSeconds, destinations } = profile
  const down = standings.find(({ health }) => health === 'down' || health === 'resting')
  if (down !== undefined) return bad(`${name}: ${down.why}`, 'Check address, port, firewall and credentials.')
  const unregistered = standings.find(({ registration }) => registration !== undefined && registration !== 'registered')
  if (unregistered !== undefined) {
    return bad(`${name}: ${unregistered.registration}`, 'Check user name and password, and ask the carrier.')
  }
  const words = answers.map((answer) => `${answer.target} ${answer.words}`).join('; ')
  if (!answers.some(({ isAlive }) => isAlive)) {
    return pingSeconds === 0 && standings.length > 0
      ? note(`${name}: ${words}`, 'Some carriers do not; calls tell whether it works.')
      : bad(
          `${name}: ${words}`,
          'Check address, port and firewall; if the carrier never answers OPTIONS, turn them off.',
        )
  }
  if (destinations.length === 0) {
    return bad(
      `${name}: it may dial nothing`,
      `Say what: yuyin trunk set ${name} --allow <list>, or YUYIN_TRUNK_ALLOW.`,
    )
  }
  return good(`${name}: ${words}`)
}

async function audioPathOf(
  config: Config,
  asked: readonly { trunk: KnownTrunk; answers: readonly NextHopAnswer[] }[],
): Promise<AudioPathFacts> {
  const servers = stunServersOf(config)
  const stun =
    servers.length === 0
      ? undefined
      : await askStun(servers, config.sipHost, systemClock).catch((error: unknown) => reasonOf(error, StunFailed))
  const learnt = typeof stun === 'object' ? stun.mapped[0]?.host : undefined
  const advertised = config.advertisedHost || learnt
  return {
    advertisedHost: config.advertisedHost,
    stun,
    trunks: asked.flatMap(({ trunk, answers }) =>
      answers.map(({ host, seenAs, isRewritten }) => ({
        trunk: trunk.profile.name,
        target: host,
        told: localHost(config.sipHost, host, advertised),
        ...(seenAs === undefined ? {} : { seenAs }),
        ...(isRewritten === undefined ? {} : { isRewritten }),
      })),
    ),
  }
}

function told(name: string, finding: Finding): Check {
  return { name, run: async () => finding }
}
