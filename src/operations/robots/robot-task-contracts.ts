import { boolean, int64, integer, jsonText, optional, text } from '../input-fields.ts'
import { operation } from '../operation.ts'
import { out } from '../output-fields.ts'

/** Robot campaigns (reference, smart outbound calls): contracts of operations that are not built yet. */

/** Declared String in every model, JSON or truth value in the reference's samples: sent as text. */
const dataText = { Data: out.text }

export const queryRobotv2AllList = operation({
  name: 'QueryRobotv2AllList',
  product: 'dyvmsapi',
  summary: 'List the robots.',
  input: {},
  output: dataText,
})

export const createRobotTask = operation({
  name: 'CreateRobotTask',
  product: 'dyvmsapi',
  summary: 'Prepare a robot campaign.',
  input: {
    TaskName: text(),
    DialogId: int64(),
    CorpName: optional(text()),
    Caller: text(),
    NumberStatusIdent: boolean(),
    RetryType: integer(0, 1),
    RecallStateCodes: optional(text()),
    RecallTimes: optional(integer(0)),
    RecallInterval: optional(integer(1, 30)),
    IsSelfLine: optional(boolean()),
  },
  output: dataText,
})

export const uploadRobotTaskCalledFile = operation({
  name: 'UploadRobotTaskCalledFile',
  product: 'dyvmsapi',
  summary: 'Add numbers to a robot campaign.',
  input: { Id: int64(), CalledNumber: text(), TtsParam: optional(jsonText()), TtsParamHead: optional(jsonText()) },
  output: dataText,
})

export const startRobotTask = operation({
  name: 'StartRobotTask',
  product: 'dyvmsapi',
  summary: 'Start a robot campaign, now or later.',
  input: { TaskId: int64(), ScheduleTime: optional(text()) },
  output: dataText,
})

export const cancelOrderRobotTask = operation({
  name: 'CancelOrderRobotTask',
  product: 'dyvmsapi',
  summary: 'Take back the scheduled start of a robot campaign.',
  input: { TaskId: int64() },
  output: dataText,
})

export const stopRobotTask = operation({
  name: 'StopRobotTask',
  product: 'dyvmsapi',
  summary: 'Pause a robot campaign.',
  input: { TaskId: int64() },
  output: dataText,
})

export const cancelRobotTask = operation({
  name: 'CancelRobotTask',
  product: 'dyvmsapi',
  summary: 'End a robot campaign for good.',
  input: { TaskId: optional(int64()) },
  output: dataText,
})

export const queryRobotTaskList = operation({
  name: 'QueryRobotTaskList',
  product: 'dyvmsapi',
  summary: 'List robot campaigns.',
  input: {
    TaskName: optional(text()),
    Status: optional(text()),
    Time: optional(text()),
    PageSize: optional(integer(1)),
    PageNo: optional(integer(1)),
  },
  output: { Data: out.text, PageNo: out.text, PageSize: out.text, TotalCount: out.text },
})

export const queryRobotTaskDetail = operation({
  name: 'QueryRobotTaskDetail',
  product: 'dyvmsapi',
  summary: 'One robot campaign.',
  input: { Id: int64() },
  output: dataText,
})

export const queryRobotTaskCallList = operation({
  name: 'QueryRobotTaskCallList',
  product: 'dyvmsapi',
  summary: 'List the calls of a robot campaign.',
  input: {
    PageNo: optional(integer(1)),
    PageSize: optional(integer(1)),
    TaskId: text(),
    DurationFrom: optional(text()),
    DurationTo: optional(text()),
    DialogCountFrom: optional(text()),
    DialogCountTo: optional(text()),
    HangupDirection: optional(text()),
    CallResult: optional(text()),
    Called: optional(text()),
  },
  output: dataText,
})

export const queryRobotTaskCallDetail = operation({
  name: 'QueryRobotTaskCallDetail',
  product: 'dyvmsapi',
  summary: 'One call of a robot campaign.',
  input: { TaskId: int64(), Callee: text(), QueryDate: int64() },
  output: dataText,
})

export const deleteRobotTask = operation({
  name: 'DeleteRobotTask',
  product: 'dyvmsapi',
  summary: 'Remove a robot campaign that does not run.',
  input: { TaskId: int64() },
  output: dataText,
})
