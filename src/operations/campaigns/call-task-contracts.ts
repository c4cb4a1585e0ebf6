import { int64, integer, optional, text, withDefault } from '../input-fields.ts'
import { operation } from '../operation.ts'
import { out } from '../output-fields.ts'

/** Call tasks (reference, batch calls): contracts of operations that are not built yet. */

export const createCallTask = operation({
  name: 'CreateCallTask',
  product: 'dyvmsapi',
  summary: 'Prepare calls to up to 1,000 numbers.',
  input: {
    TaskName: optional(text()),
    BizType: optional(text({ is: 'VMS_VOICE_TTS, VMS_VOICE_CODE or VMS_TTS' })),
    TemplateCode: optional(text()),
    TemplateName: optional(text()),
    ResourceType: withDefault(text(), 'LIST'),
    Resource: optional(text()),
    DataType: optional(text({ is: 'LIST or JSON' })),
    Data: optional(text()),
    FireTime: optional(text()),
    StopTime: optional(text()),
    ScheduleType: optional(text()),
  },
  output: { Data: out.int64 },
  success: '200',
})

export const executeCallTask = operation({
  name: 'ExecuteCallTask',
  product: 'dyvmsapi',
  summary: 'Start, schedule, stop or cancel a call task.',
  input: {
    TaskId: int64(),
    Status: text({ is: 'RUNNING, TIMING, STOP or CANCEL' }),
    FireTime: optional(text({ is: 'a time, yyyy-MM-dd HH:mm:ss' })),
  },
  output: { Data: out.boolean },
  success: '200',
})

export const listCallTask = operation({
  name: 'ListCallTask',
  product: 'dyvmsapi',
  summary: 'List call tasks.',
  input: {
    PageNumber: withDefault(integer(1), 1),
    PageSize: withDefault(integer(1), 10),
    TemplateName: optional(text()),
    Status: optional(text()),
    TaskName: optional(text()),
    TaskId: optional(text()),
    BizType: optional(text()),
  },
  output: {
    PageSize: out.int64,
    PageNumber: out.int64,
    Total: out.int64,
    Data: out.list({
      Status: out.text,
      Data: out.text,
      DataType: out.text,
      TaskName: out.text,
      CompletedCount: out.int64,
      TotalCount: out.int64,
      TemplateName: out.text,
      StopTime: out.text,
      BizType: out.text,
      Resource: out.text,
      TemplateCode: out.text,
      FireTime: out.text,
      CompleteTime: out.text,
      CompletedRate: out.int32,
      Id: out.int64,
    }),
  },
  success: '200',
})

export const listCallTaskDetail = operation({
  name: 'ListCallTaskDetail',
  product: 'dyvmsapi',
  summary: 'List the calls of a call task.',
  input: {
    TaskId: int64(),
    CalledNum: optional(text()),
    Status: optional(text({ is: 'SUCCESS, FAIL or INIT' })),
    PageNumber: optional(integer(1)),
    PageSize: optional(integer(1)),
  },
  output: {
    TotalPage: out.int64,
    PageSize: out.int64,
    PageNumber: out.int64,
    Total: out.int64,
    Data: out.list({
      Status: out.text,
      Duration: out.int64,
      CalledNum: out.text,
      Caller: out.text,
      Id: out.int64,
    }),
  },
})
