import type { PhoneScript, PhoneStep, Sound } from './phone-script.ts'

/**
 * Like test card numbers of a payment service: the last four digits of the called number choose how the call ends, and
 * they are the digits of the result code 2000xx that the caller then reads in the record.
 */
interface Ending {
  /** One line for people. */
  readonly meaning: string
  /** `canSpeak`: the node has a voice; without one an announcement is its tone alone. */
  steps(canSpeak: boolean): readonly PhoneStep[]
}

const answer: readonly PhoneStep[] = [{ step: 'ring', seconds: 1 }, { step: 'answer' }]
const information: PhoneStep = { step: 'earlyMedia', sound: { kind: 'tone', tone: 'information' } }

/** What the phones announce before the answer, in two languages; `class`: what it means, as announcements are classed. */
export const announcedEndings = [
  {
    digits: '0010',
    class: 'powered-off',
    text: 'powered off',
    announcement: '您好，您拨打的电话已关机。The phone you are calling is powered off.',
  },
  {
    digits: '0011',
    class: 'suspended',
    text: 'suspended',
    announcement: '您好，您拨打的电话已停机。The number you are calling is out of service.',
  },
] as const

/** The tone of the network, the announcement, then 480 with the reason in words (RFC 3326). */
function announced({ text, announcement }: (typeof announcedEndings)[number]): Ending['steps'] {
  const speech: Sound = { kind: 'speech', text: announcement }
  return (canSpeak) => [
    information,
    ...(canSpeak ? [{ step: 'earlyMedia', sound: speech } as const] : []),
    { step: 'reject', status: 480, q850: 20, text },
  ]
}

const listens: Ending = {
  meaning: 'answers after 1 s and listens to the end',
  steps: () => [...answer, { step: 'listen' }],
}

/** Q.850 causes: 1 unassigned number, 17 user busy, 20 subscriber absent, 21 call rejected, 27 destination out of order. */
export const standardEndings: Readonly<Record<string, Ending>> = {
  '0000': listens,
  '0001': {
    meaning: 'answers, hangs up after 1 s',
    steps: () => [...answer, { step: 'wait', seconds: 1 }, { step: 'hangup' }],
  },
  '0002': { meaning: 'busy', steps: () => [{ step: 'reject', status: 486, q850: 17 }] },
  '0003': { meaning: 'rings, never answers', steps: () => [{ step: 'ring', seconds: 'untilGivenUp' }] },
  '0004': { meaning: 'no such number', steps: () => [{ step: 'reject', status: 404, q850: 1 }] },
  '0005': { meaning: 'cannot be reached', steps: () => [{ step: 'reject', status: 503, q850: 27 }] },
  '0007': { meaning: 'out of coverage', steps: () => [{ step: 'reject', status: 480, q850: 20 }] },
  ...Object.fromEntries(
    announcedEndings.map((one) => [
      one.digits,
      { meaning: `${one.text}, announced in early media`, steps: announced(one) },
    ]),
  ),
  '0012': {
    meaning: 'refused by the network',
    steps: () => [{ step: 'reject', status: 403, q850: 21 }],
  },
}

/** What the number does when nobody gave it a script. */
export function standardEnding(number: string, canSpeak: boolean): { meaning: string; script: PhoneScript } {
  const ending = standardEndings[number.slice(-4)] ?? listens
  return { meaning: ending.meaning, script: { steps: ending.steps(canSpeak), faults: {}, whenBusy: 'reject' } }
}
