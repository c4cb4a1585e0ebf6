import {
  boolean,
  choice,
  decimal,
  integer,
  jsonText,
  optional,
  phoneNumber,
  text,
  withDefault,
} from '../input-fields.ts'
import { operation } from '../operation.ts'
import { out } from '../output-fields.ts'

/** Smart calls: contracts of operations that are not built yet. */

const optionalText = optional(text())
const placed = { CallId: out.text }

export const smartCall = operation({
  name: 'SmartCall',
  product: 'dyvmsapi',
  summary: 'Ring one number and hold a conversation that a callback directs.',
  input: {
    CalledShowNumber: phoneNumber(),
    CalledNumber: phoneNumber(),
    VoiceCode: text(),
    RecordFlag: optional(boolean()),
    Volume: optional(integer(-4, 4)),
    Speed: optional(integer()),
    AsrModelId: optionalText,
    PauseTime: optional(integer()),
    MuteTime: optional(integer()),
    ActionCodeBreak: optional(boolean()),
    OutId: optional(text({ maxBytes: 15 })),
    DynamicId: optionalText,
    EarlyMediaAsr: optional(boolean()),
    VoiceCodeParam: optional(jsonText()),
    SessionTimeout: optional(integer(1, 3600)),
    ActionCodeTimeBreak: optional(integer()),
    TtsStyle: optionalText,
    TtsVolume: optional(integer(0, 100)),
    TtsSpeed: optional(integer(-200, 200)),
    TtsConf: optional(boolean()),
    AsrBaseId: optionalText,
    StreamAsr: optional(integer(0, 1)),
    BackgroundFileCode: optionalText,
    BackgroundVolume: optional(integer()),
    BackgroundSpeed: optional(integer()),
    EnableITN: withDefault(boolean(), false),
    NoiseThreshold: optional(decimal()),
  },
  output: placed,
  qps: { account: 1000, all: 2000 },
})

export const smartCallOperate = operation({
  name: 'SmartCallOperate',
  product: 'dyvmsapi',
  summary: 'Act on a smart call while it lives.',
  input: { CallId: text(), Command: choice('parallelBridge'), Param: optional(jsonText()) },
  output: { Status: out.boolean },
})
