import type { AnnouncementClass } from '../../src/recognition/announcement.ts'

/** What the announcements say, by language. Those of one language share their beginnings and endings, as carriers' do. */
export const wordings: Readonly<Record<string, Readonly<Record<AnnouncementClass, string>>>> = {
  cmn: {
    'powered-off': '您好，您拨打的电话已关机，请您晚些时候再打。',
    suspended: '您好，您拨打的电话已停机，请您核实以后再打。',
    busy: '您好，您拨打的电话正在通话，请您晚些时候再打。',
    'no-answer': '您好，您拨打的电话没有人接，请您晚些时候再打。',
    unreachable: '您好，您拨打的电话现在接不通，请您晚些时候再打。',
    'out-of-coverage': '您好，您拨打的用户不在信号范围之内，请您晚些时候再打。',
    'invalid-number': '您好，您拨打的号码并不存在，请您核实以后再打。',
    restricted: '您好，您的这次呼叫受到限制，不能为您接通。',
  },
  yue: {
    'powered-off': '你好，你打嘅电话已经熄咗机，请你迟啲再打。',
    suspended: '你好，你打嘅电话已经停咗机，请你查清楚再打。',
    busy: '你好，你打嘅电话而家倾紧，请你迟啲再打。',
    'no-answer': '你好，你打嘅电话冇人听，请你迟啲再打。',
    unreachable: '你好，你打嘅电话而家接唔通，请你迟啲再打。',
    'out-of-coverage': '你好，你打嘅用户唔喺服务地区，请你迟啲再打。',
    'invalid-number': '你好，你打嘅号码唔存在，请你查清楚再打。',
    restricted: '你好，你呢次通话受到限制，唔可以接通。',
  },
  'en-us': {
    'powered-off': 'Hello. The phone you are calling is switched off. Please try again later.',
    suspended: 'Hello. The phone you are calling is out of service. Please check and dial again.',
    busy: 'Hello. The phone you are calling is in another call. Please try again later.',
    'no-answer': 'Hello. The phone you are calling does not answer. Please try again later.',
    unreachable: 'Hello. The phone you are calling cannot be connected now. Please try again later.',
    'out-of-coverage': 'Hello. The subscriber you are calling is outside the service area. Please try again later.',
    'invalid-number': 'Hello. The number you have dialled does not exist. Please check and dial again.',
    restricted: 'Hello. Your call is restricted and cannot be put through.',
  },
}

/** Announcements that no library has: the beginnings are those above. */
export const strangeWordings: Readonly<Record<string, readonly string[]>> = {
  cmn: [
    '您好，您拨打的电话已转接到语音信箱，请在提示音后留言。',
    '您好，您拨打的电话正在为您转接，请不要挂机。',
    '您好，您拨打的号码已经升位，请在前面加拨八。',
  ],
  yue: ['你好，你打嘅电话已经转去留言信箱，请你留低口讯。', '你好，你打嘅电话帮紧你转驳，请唔好收线。'],
  'en-us': [
    'Hello. The phone you are calling has been forwarded to a voice mailbox.',
    'Hello. The number you have dialled has changed. Please put an eight in front of it.',
  ],
}

/** Who speaks: a variant of espeak-ng's voice, its pitch (0 to 99) and tempo (words a minute). */
export interface Speaker {
  readonly variant: string
  readonly pitch: number
  readonly tempo: number
}

export const speakers: readonly Speaker[] = [
  { variant: '', pitch: 50, tempo: 160 },
  { variant: '+f2', pitch: 60, tempo: 190 },
  { variant: '+m3', pitch: 35, tempo: 175 },
  { variant: '+f4', pitch: 75, tempo: 220 },
]
