import type { TonePlan } from './tone-plan.ts'

const on = (ms: number) => ({ hz: [450], ms })
const off = (ms: number) => ({ hz: [], ms })

/**
 * Mainland China: 450 Hz in the cadences of GF 002-9002, as ITU-T E.180 Supplement 2 lists them too. The special
 * information tone is that of ITU-T E.180 §6: it only says that an announcement follows.
 */
export const chinesePlan: TonePlan = {
  country: 'China',
  signals: [
    { name: 'ringback tone', period: [on(1000), off(4000)], callGoesOn: true },
    { name: 'call waiting tone', period: [on(400), off(4000)], callGoesOn: true },
    { name: 'busy tone', period: [on(350), off(350)], outcome: 'busy' },
    { name: 'congestion tone', period: [on(700), off(700)], outcome: 'networkBusy' },
    {
      name: 'vacant-number tone',
      period: [on(100), off(100), on(100), off(100), on(100), off(100), on(400), off(400)],
      outcome: 'invalidNumber',
    },
    {
      name: 'special information tone',
      period: [{ hz: [950], ms: 330 }, { hz: [1400], ms: 330 }, { hz: [1800], ms: 330 }, off(1000)],
    },
  ],
}
