import { int64, integer, listOf, optional, text, withDefault } from '../input-fields.ts'
import { operation } from '../operation.ts'
import { out } from '../output-fields.ts'

/** 400 hotlines (reference, 400 numbers): contracts of operations that are not built yet. */

const paging = { PageNo: withDefault(integer(1), 1), PageSize: withDefault(integer(1, 1000), 10) }
const page = { PageNo: out.int32, PageSize: out.int32, Total: out.int64 }

export const submitHotlineTransferRegister = operation({
  name: 'SubmitHotlineTransferRegister',
  product: 'dyvmsapi',
  summary: 'File the numbers that a hotline may transfer to.',
  input: {
    TransferPhoneNumberInfos: listOf(
      { PhoneNumber: text(), PhoneNumberOwnerName: text(), IdentityCard: text() },
      { max: 10 },
    ),
    QualificationId: text(),
    OperatorName: text(),
    OperatorMail: text(),
    OperatorMailVerifyCode: optional(text()),
    OperatorMobile: text(),
    OperatorMobileVerifyCode: text(),
    OperatorIdentityCard: text(),
    Agreement: text(),
    HotlineNumber: text(),
  },
  output: { Data: out.int64 },
})

export const listHotlineTransferRegisterFile = operation({
  name: 'ListHotlineTransferRegisterFile',
  product: 'dyvmsapi',
  summary: 'List the filings of a hotline.',
  input: { QualificationId: text(), ...paging, HotlineNumber: text() },
  output: {
    Data: out.object({
      ...page,
      Values: out.list({
        MngOpMail: out.text,
        MngOpName: out.text,
        CorpName: out.text,
        Agree: out.text,
        MngOpMobile: out.text,
        MngOpIdentityCard: out.text,
        HotlineNumber: out.text,
        QualificationId: out.text,
        ResUniqueCode: out.int64,
      }),
    }),
  },
})

export const getHotlineQualificationByOrder = operation({
  name: 'GetHotlineQualificationByOrder',
  product: 'dyvmsapi',
  summary: 'The qualification of an ordered hotline.',
  input: { OrderId: text() },
  output: { Data: out.object({ Status: out.text, QualificationId: out.text, OrderId: out.text }) },
})

export const listHotlineTransferNumber = operation({
  name: 'ListHotlineTransferNumber',
  product: 'dyvmsapi',
  summary: 'List the numbers that a hotline may transfer to.',
  input: { QualificationId: text(), ...paging, HotlineNumber: text() },
  output: {
    Data: out.object({
      ...page,
      Values: out.list({
        PhoneNumber: out.text,
        NumberOwnerName: out.text,
        QualificationId: out.text,
        HotlineNumber: out.text,
        IdentityCard: out.text,
        ResUniqueCode: out.text,
      }),
    }),
  },
})

export const queryCallInPoolTransferConfig = operation({
  name: 'QueryCallInPoolTransferConfig',
  product: 'dyvmsapi',
  summary: 'The transfer pool of a hotline.',
  input: { PhoneNumber: text() },
  output: {
    Data: out.object({
      GmtCreate: out.int64,
      CalledRouteMode: out.text,
      TransferTimeout: out.text,
      Details: out.list({ Called: out.text }),
    }),
  },
})

export const queryCallInTransferRecord = operation({
  name: 'QueryCallInTransferRecord',
  product: 'dyvmsapi',
  summary: 'List the transferred calls of a hotline on one day.',
  input: {
    PhoneNumber: text(),
    CallInCaller: optional(text()),
    QueryDate: text(),
    PageNo: int64(),
    PageSize: int64(),
  },
  output: {
    Data: out.object({
      PageNo: out.int64,
      PageSize: out.int64,
      Total: out.int64,
      Values: out.list({
        CallInCalled: out.text,
        TransferCalled: out.text,
        RecordUrl: out.text,
        TransferCaller: out.text,
        GmtCreate: out.int64,
        CallInCaller: out.text,
      }),
    }),
  },
})

export const setTransferCalleePoolConfig = operation({
  name: 'SetTransferCalleePoolConfig',
  product: 'dyvmsapi',
  summary: 'Set the transfer pool of a hotline.',
  input: {
    Details: listOf({ Caller: optional(text()), Called: text() }, { max: 10 }),
    PhoneNumber: text(),
    QualificationId: text(),
    CalledRouteMode: text({ is: 'roundRobin or random' }),
  },
  output: { Data: out.boolean },
})

export const sendVerification = operation({
  name: 'SendVerification',
  product: 'dyvmsapi',
  summary: 'Send a verification code to the operator of a hotline.',
  input: { VerifyType: text({ is: 'SMS' }), BizType: text({ is: 'CONTACT' }), Target: text() },
  output: { Data: out.boolean },
})
