import { allowedMethods } from '../message/methods.ts'
import type { TortureRow } from './torture-message.ts'

const notServed: TortureRow['agent'] = { status: 405, header: ['allow', allowedMethods] }
const noRegistrar = 'no registrar here: RFC 3261 §8.2.1'

/** RFC 5118: the messages about IPv6, in its order. */
export const rfc5118: readonly TortureRow[] = [
  { name: 'ipv6-good', section: '4.1', parsed: 'sound', agent: notServed, because: noRegistrar },
  { name: 'ipv6-bad', section: '4.2', parsed: 'sound', agent: { status: 400 } },
  { name: 'port-ambiguous', section: '4.3', parsed: 'sound', agent: notServed, because: noRegistrar },
  { name: 'port-unambiguous', section: '4.4', parsed: 'sound', agent: notServed, because: noRegistrar },
  {
    name: 'via-received-param-with-delim',
    section: '4.5',
    parsed: 'sound',
    agent: { status: 481 },
    because: 'a BYE for no call that is known',
  },
  { name: 'via-received-param-no-delim', section: '4.5', parsed: 'sound', agent: { status: 200 } },
  { name: 'ipv6-in-sdp', section: '4.6', parsed: 'sound', agent: 'call' },
  {
    name: 'mult-ip-in-header',
    section: '4.7',
    parsed: 'sound',
    agent: { status: 481 },
    because: 'a BYE for no call that is known',
  },
  { name: 'mult-ip-in-sdp', section: '4.8', parsed: 'sound', agent: 'call' },
  { name: 'ipv4-mapped-ipv6', section: '4.9', parsed: 'sound', agent: 'call' },
  { name: 'ipv6-bug-abnf-3-colons', section: '4.10', parsed: 'sound', agent: { status: 200 } },
  { name: 'ipv6-correct-abnf-2-colons', section: '4.10', parsed: 'sound', agent: { status: 200 } },
]
