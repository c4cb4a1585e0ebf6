import { boolean, optional, text } from '../input-fields.ts'
import { operation } from '../operation.ts'
import { out } from '../output-fields.ts'

/** Softphone accounts and tokens (reference, real-time communication): contracts of operations that are not built yet. */

const mqttToken = {
  Data: out.object({
    ClientId: out.text,
    ExpireTime: out.text,
    Host: out.text,
    InstanceId: out.text,
    P2pTopic: out.text,
    ServerId: out.text,
    Token: out.text,
    Username: out.text,
  }),
}

export const getToken = operation({
  name: 'GetToken',
  product: 'dyvmsapi',
  summary: 'A token for the browser client.',
  input: { TokenType: optional(text({ is: 'dyvms' })) },
  output: { Token: out.text, Success: out.boolean },
  qps: { account: 20, all: 100 },
})

export const addRtcAccount = operation({
  name: 'AddRtcAccount',
  product: 'dyvmsapi',
  summary: 'Create a softphone account for a device.',
  input: { DeviceId: optional(text()) },
  output: { Module: out.text },
})

export const getRtcToken = operation({
  name: 'GetRtcToken',
  product: 'dyvmsapi',
  summary: 'A token for a softphone.',
  input: { DeviceId: optional(text()), IsCustomAccount: optional(boolean()), UserId: optional(text()) },
  output: { Module: out.text },
  qps: { account: 500, all: 1000 },
})

export const getCallInfo = operation({
  name: 'GetCallInfo',
  product: 'dyvmsapi',
  summary: 'What a softphone is doing.',
  input: { RtcId: optional(text()) },
  output: { Data: out.object({ ChannelId: out.text, Status: out.text }) },
})

export const getMqttToken = operation({
  name: 'GetMqttToken',
  product: 'dyvmsapi',
  summary: 'Credentials for the message broker of the browser client.',
  input: {},
  output: mqttToken,
  success: '200',
  qps: { account: 100 },
})

export const refreshMqttToken = operation({
  name: 'RefreshMqttToken',
  product: 'dyvmsapi',
  summary: 'Renew the credentials for the message broker.',
  input: { ClientId: optional(text()) },
  output: mqttToken,
  success: '200',
  qps: { account: 100 },
})
