import type { AccountAdmin } from './account-admin.ts'
import { AdminRefused } from './admin-refused.ts'

/** What the dev profile starts with; the key pair is the one of the public reference's examples. */
export const devProfile = {
  accountId: '1000000001',
  accessKeyId: 'testId',
  secret: 'testSecret',
  number: '057128880000',
  verificationTemplate: 'TTS_10001',
  notificationTemplate: 'TTS_10002',
  voice: 'voice_10001.wav',
} as const

/**
 * Brings the dev profile's account into being, and back into its first state where it was changed; may be repeated. What was added
 * to it (other keys, push URLs) stays.
 *
 * @param voice WAV, 8 kHz, 16-bit, mono
 */
export async function seedDevProfile(admin: AccountAdmin, voice: { wav: Buffer; durationMs: number }): Promise<void> {
  const { accountId } = devProfile
  const pair = { accessKeyId: devProfile.accessKeyId, secret: devProfile.secret }
  if ((await admin.find(accountId)) === undefined) await onceOnly(admin.create({ accountId, name: 'Developer' }))
  const keys = await admin.keys.list(accountId)
  if (!keys.some((key) => key.accessKeyId === pair.accessKeyId)) await onceOnly(admin.keys.create(accountId, { pair }))
  const numbers = await admin.numbers.list(accountId)
  if (!numbers.includes(devProfile.number)) await onceOnly(admin.numbers.add(accountId, devProfile.number))
  const approved = { accountId, review: 'approved' } as const
  await admin.templates.save({
    ...approved,
    code: devProfile.verificationTemplate,
    kind: 'verification',
    text: '您的验证码是${code}，请勿告诉他人。',
  })
  await admin.templates.save({
    ...approved,
    code: devProfile.notificationTemplate,
    kind: 'notification',
    text: '${name}您好，您的预约时间是${time}，请准时到达。',
  })
  await admin.voices.save({ ...approved, code: devProfile.voice, ...voice })
  const present = new Set((await admin.subscriptions.list(accountId)).map((subscription) => subscription.messageType))
  for (const messageType of ['VoiceReport', 'VoiceCallReport', 'VoiceRecordReport'] as const) {
    if (!present.has(messageType)) await admin.subscriptions.set(accountId, messageType, { queue: true })
  }
}

/** Another node may seed the same store at the same moment. */
async function onceOnly(creation: Promise<unknown>): Promise<void> {
  try {
    await creation
  } catch (error) {
    if (!(error instanceof AdminRefused) || error.refusal !== 'exists') throw error
  }
}
