import { isIP } from 'node:net'
import { inNetworks, isLoopback } from '../../lib/networks.ts'
import type { MappedAddress } from '../../sip/stun/stun-message.ts'
import { bad, type Finding, good, note } from './check.ts'

/** What is known of the way that sound takes between this machine and its carriers. */
export interface AudioPathFacts {
  /** For each address of each trunk: what it is told to send its sound to. */
  readonly trunks: readonly TrunkPath[]
  /** What STUN servers see of one socket of this machine; `undefined`: none is set. */
  readonly stun: { readonly local: MappedAddress; readonly mapped: readonly MappedAddress[] } | string | undefined
  /** `YUYIN_ADVERTISED_HOST`, if it is set. */
  readonly advertisedHost: string
}

export interface TrunkPath {
  readonly trunk: string
  /** Address of its next hop. */
  readonly target: string
  /** Address that stands in our SDP for it. */
  readonly told: string
  /** What the next hop saw us as (`received` and `rport` of its answer, RFC 3581). */
  readonly seenAs?: string
  /** The Via of its answer is not the one that was sent: something on the way writes in SIP messages. */
  readonly isRewritten?: boolean
}

const setAddress = 'Set YUYIN_ADVERTISED_HOST to the public address, or YUYIN_STUN_SERVERS to learn it.'

/** What would make a call silent in one direction, in plain words; one good finding when nothing is seen. */
export function judgeAudioPath(facts: AudioPathFacts): Finding[] {
  const found = [...facts.trunks.flatMap((path) => judgeTrunk(path)), ...judgeStun(facts)]
  if (found.length > 0) return found
  const told = [...new Set(facts.trunks.map((path) => path.told))].join(', ')
  return [good(told === '' ? 'nothing is told to any carrier yet' : `carriers are told ${told}`)]
}

function judgeTrunk({ trunk, target, told, seenAs, isRewritten }: TrunkPath): Finding[] {
  const found: Finding[] = []
  if (isRewritten === true) {
    const why = `something on the way to trunk ${trunk} changes SIP messages (an "SIP ALG" of a router does)`
    found.push(bad(`${why}: it breaks the addresses that sound is sent to`, 'Turn off SIP ALG, or use TCP or TLS.'))
  }
  if (isLoopback(target)) return found
  if (isLoopback(told)) {
    const silence = `trunk ${trunk} is told to send its sound to ${told}, which is itself: nobody would be heard`
    found.push(bad(silence, 'Set YUYIN_SIP_HOST to an address that the carrier reaches.'))
  } else if (isPrivate(told) && !isPrivate(target)) {
    const silence = `trunk ${trunk} is told to send its sound to ${told}, a private address it cannot reach`
    found.push(bad(`${silence}: the callee would hear us, and we would not hear him`, setAddress))
  } else if (seenAs !== undefined && seenAs !== told) {
    const differs = `trunk ${trunk} sees this machine as ${seenAs}, and is told ${told}`
    found.push(
      isPrivate(target)
        ? note(differs, 'Check that the carrier reaches the address that it is told.')
        : bad(`${differs}: sound for us may go astray`, setAddress),
    )
  }
  return found
}

function judgeStun({ stun, advertisedHost }: AudioPathFacts): Finding[] {
  if (stun === undefined) return []
  if (typeof stun === 'string') return [bad(stun, 'Check YUYIN_STUN_SERVERS, and that UDP leaves this network.')]
  const { local, mapped } = stun
  const [first] = mapped
  if (first === undefined) return []
  const found: Finding[] = []
  if (advertisedHost !== '' && isIP(advertisedHost) !== 0 && advertisedHost !== first.host) {
    const differs = `YUYIN_ADVERTISED_HOST is ${advertisedHost}, and STUN sees ${first.host}`
    found.push(bad(`${differs}: carriers would send their sound elsewhere`, 'Correct one of them.'))
  }
  if (mapped.some(({ port }) => port !== first.port)) {
    const symmetric = 'the router gives every far end another port of ours (symmetric NAT)'
    found.push(
      bad(
        `${symmetric}: the port in our SDP is never the right one`,
        'Forward YUYIN_RTP_PORTS one to one, or use a public address.',
      ),
    )
  } else if (first.port !== local.port) {
    const changes = `the router changes ports (${local.port} became ${first.port})`
    found.push(
      note(
        `${changes}: sound reaches us once we have sent some`,
        'Forward YUYIN_RTP_PORTS one to one to this machine.',
      ),
    )
  }
  return found
}

/** RFC 1918, RFC 6598 (carriers' own), RFC 3927, RFC 4193 and RFC 4291 §2.5.6: nobody outside reaches these. */
const isClosed = inNetworks([
  ...['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', '169.254.0.0/16'],
  ...['fc00::/7', 'fe80::/10'],
])

function isPrivate(host: string): boolean {
  return isClosed(host) || isLoopback(host)
}
