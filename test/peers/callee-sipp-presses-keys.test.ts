import { beforeAll, describe, expect, it } from 'vitest'
import { writeWav } from '../../src/media/codec/wav-writer.ts'
import { keyTones } from '../../src/media/dtmf/keys.ts'
import { makeTone } from '../../src/media/tone/make-tone.ts'
import { devProfile } from '../../src/store/accounts/seed-dev-profile.ts'
import { freePort } from '../sockets/ports.ts'
import { SippNode, shortVoice } from './callee/sipp-node.ts'
import { addToneVoice } from './callee/tone-voice.ts'
import {
  calleeInfo,
  expectStatus,
  pause,
  receive,
  rememberParties,
  respond,
  respondInDialog,
  scenario,
} from './sipp/scenario.ts'

const trunk = new SippNode()
const longVoice = { code: 'long.wav', durationMs: 4000 } as const
const keysVoice = { code: 'keys.wav', keys: '159#' } as const

beforeAll(async () => {
  await addToneVoice(trunk.node, longVoice.code, [{ frequencyHz: 500, durationMs: longVoice.durationMs }])
  const rest = new Int16Array(800)
  const presses = [...keysVoice.keys].flatMap((key) => [...makeTone(keyTones[key] ?? [], 60, -15), ...rest])
  const wav = writeWav(Int16Array.from([...rest, ...presses, ...rest]))
  const owner = { accountId: devProfile.accountId, review: 'approved' } as const
  await trunk.node.admin.voices.save({ ...owner, code: keysVoice.code, wav, durationMs: 1000 })
})

const answers = [respond('200 OK', { withSdp: true, untilAck: true }), receive('ACK')]
const isHungUp = [receive('BYE'), respondInDialog('200 OK')]

describe('sipp presses keys', () => {
  it('by INFO of both kinds: they stop the prompt of the menu and stand in the receipts', async () => {
    const steps = [
      receive('INVITE', rememberParties),
      ...answers,
      pause(500),
      calleeInfo(1, 'application/dtmf-relay', 'Signal=9\nDuration=160\n'),
      expectStatus(200),
      pause(500),
      calleeInfo(2, 'application/dtmf', '#'),
      expectStatus(200),
      ...isHungUp,
    ]
    const callee = await trunk.callee({ scenario: scenario(...steps), calls: 1 })
    const callId = await trunk.node.client.place('IvrCall', {
      CalledNumber: '13912345678',
      StartCode: longVoice.code,
      MenuKeyMap: [{ Key: '#', Code: shortVoice.code }],
    })
    const { report, states } = await trunk.stories.told(callId)
    await callee.trace()
    expect(report).toMatchObject({ status_code: '200000', dtmf: '9#' })
    // The prompt of four seconds was stopped twice.
    expect(Number(report['duration'])).toBeLessThan(longVoice.durationMs / 1000)
    expect(states).toEqual(['200101', '200102', '300000', '300000', '200100'])
  })

  it('in its audio, as tones of 60 ms that it sends back: no telephone events were negotiated', async () => {
    const options = { mediaPort: await freePort(), more: ['-rtp_echo'] }
    const callee = await trunk.callee({
      scenario: scenario(receive('INVITE'), ...answers, ...isHungUp),
      calls: 1,
      ...options,
    })
    const callId = await trunk.node.client.playVoice('13912345679', { VoiceCode: keysVoice.code, PlayTimes: 2 })
    const { report } = await trunk.stories.told(callId)
    await callee.trace()
    expect(report).toMatchObject({ status_code: '200000', dtmf: keysVoice.keys + keysVoice.keys })
  })
})
