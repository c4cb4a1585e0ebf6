import { chineseTones } from '../../media/tone/chinese-tones.ts'
import type { TonePlan } from './tone-plan.ts'

/** Mainland China. The special information tone only says that an announcement follows. */
export const chinesePlan: TonePlan = {
  country: 'China',
  signals: [
    { name: 'ringback tone', period: chineseTones.ringback, callGoesOn: true },
    { name: 'call waiting tone', period: chineseTones.callWaiting, callGoesOn: true },
    { name: 'busy tone', period: chineseTones.busy, outcome: 'busy' },
    { name: 'congestion tone', period: chineseTones.congestion, outcome: 'networkBusy' },
    { name: 'vacant-number tone', period: chineseTones.vacantNumber, outcome: 'invalidNumber' },
    { name: 'special information tone', period: chineseTones.specialInformation },
  ],
}
