import type { AccountRefusal } from '../domain/account/account.ts'
import type { CallRefusal } from '../domain/call/calling-rules.ts'

/** One row of the business refusals: the operation was understood, and its answer is no. */
export interface RefusalRow {
  /** `Code` of the answer. */
  readonly code: string
  /** HTTP status: isv codes travel with 200, as callers of this API expect them. */
  readonly status: number
  /** First half of `Message`. */
  readonly chinese: string
  /** Second half of `Message`: the same, with what to do. */
  readonly english: string
  /** What the caller can do, for the page of errors. */
  readonly remedy: string
}

/** Refusals that are not about placing a call. */
type OtherRefusal =
  | AccountRefusal
  | 'calleeNotOfMainland'
  | 'goodbyeOfOtherKind'
  | 'userNotAllowed'
  | 'balanceUsedUp'
  | 'callerShowNumberNotOwned'
  | 'callerNotDiallable'
  | 'callsItself'
  | 'noSuchCall'
  | 'callOver'
  | 'callUnknown'
  | 'queryDateIllegal'

/** Every business refusal. Codes are those of the public error list. */
export const refusals = {
  accountMissing: {
    code: 'isv.ACCOUNT_NOT_EXISTS',
    status: 200,
    chinese: '账户不存在',
    english: 'The account of this AccessKey does not exist.',
    remedy: 'Use an AccessKey of an existing account.',
  },
  accountSuspended: {
    code: 'isv.OUT_OF_SERVICE',
    status: 200,
    chinese: '业务停机',
    english: 'The account is out of service: have its arrears settled.',
    remedy:
      'Have the operator of the service set the account back to normal. Records and receipts can still be fetched.',
  },
  accountAbnormal: {
    code: 'isv.ACCOUNT_ABNORMAL',
    status: 200,
    chinese: '账户异常',
    english: 'The account is blocked.',
    remedy: 'Ask the operator of the service why (`yuyin account list` shows the state).',
  },
  productNotActivated: {
    code: 'isv.PRODUCT_UNSUBSCRIBE',
    status: 200,
    chinese: '产品未开通',
    english: 'The account has not activated voice messaging.',
    remedy: 'Have the operator of the service activate it (`yuyin account state <id> normal`).',
  },
  familyNotActivated: {
    code: 'isv.PRODUCT_UN_SUBSCRIPT',
    status: 200,
    chinese: '账户未开通该产品系列',
    english: 'The account has not activated the product family that voice messaging belongs to.',
    remedy: 'Have the operator of the service activate it (`yuyin account state <id> normal`).',
  },
  userNotAllowed: {
    code: 'isp.RAM_PERMISSION_DENY',
    status: 200,
    chinese: '没有访问权限，请为该用户授权',
    english: 'No policy of the user of this AccessKey allows this operation, or one denies it.',
    remedy: 'Attach a policy that allows it (`yuyin policy check <user> <operation>` says what is missing).',
  },
  balanceUsedUp: {
    code: 'isv.AMOUNT_NOT_ENOUGH',
    status: 200,
    chinese: '账户余额不足',
    english: 'What is left of the prepaid balance, less what live calls hold, does not cover the call.',
    remedy:
      'Have the balance topped up (`yuyin ledger top-up`). A call holds its first minute until it has its record.',
  },
  showNumberNotOwned: {
    code: 'isv.DISPLAY_NUMBER_ILLEGAL',
    status: 200,
    chinese: '被叫显号不合法，请使用已购买的号码，或不传该参数',
    english: 'CalledShowNumber is not a number of this account: use one that is, or leave it out.',
    remedy: 'Use a number of the account (`yuyin number list`), or leave CalledShowNumber out for public mode.',
  },
  callerShowNumberNotOwned: {
    code: 'isv.DISPLAY_NUMBER_ILLEGAL',
    status: 200,
    chinese: '主叫显号不合法，请使用已购买的号码，或不传该参数',
    english: 'CallerShowNumber is not a number of this account: use one that is, or leave it out.',
    remedy: 'Use a number of the account (`yuyin number list`), or leave CallerShowNumber out for public mode.',
  },
  templateUnusable: {
    code: 'isv.TEMPLATE_ILLEGAL',
    status: 200,
    chinese: '文本转语音模板不合法，请使用本账户已审核通过的模板',
    english: 'The code is not that of an approved template of this account.',
    remedy: 'Use a template of the same account whose review is approved (`yuyin template list`).',
  },
  voiceUnusable: {
    code: 'isv.VOICE_FILE_ILLEGAL',
    status: 200,
    chinese: '语音文件不合法，请使用本账户已审核通过的语音文件',
    english: 'The code is not that of an approved voice file of this account.',
    remedy: 'Use a voice file of the same account whose review is approved (`yuyin voice list`).',
  },
  calleeNotDiallable: {
    code: 'isv.MOBILE_NUMBER_ILLEGAL',
    status: 200,
    chinese: '被叫号码不合法，请使用手机号码、带区号的固话号码或国际区号加号码',
    english: 'CalledNumber is no mobile number, landline with area code, or country code and number.',
    remedy: 'One callee per request: 13900000000, 057188880000 or 85200000000 (with + or 00 where it begins with 1).',
  },
  callerNotDiallable: {
    code: 'isv.MOBILE_NUMBER_ILLEGAL',
    status: 200,
    chinese: '主叫号码不合法，请使用手机号码、带区号的固话号码或国际区号加号码',
    english: 'CallerNumber is no mobile number, landline with area code, or country code and number.',
    remedy: 'One caller per request: 13900000000, 057188880000 or 85200000000 (with + or 00 where it begins with 1).',
  },
  callsItself: {
    code: 'isv.MOBILE_NUMBER_ILLEGAL',
    status: 200,
    chinese: '主叫号码与被叫号码不能相同',
    english: 'CallerNumber and CalledNumber are the same number: nobody can be connected with himself.',
    remedy: 'Pass two different numbers.',
  },
  calleeNotOfMainland: {
    code: 'isv.MOBILE_NUMBER_ILLEGAL',
    status: 200,
    chinese: '被叫号码不合法，仅支持中国内地号码',
    english: 'CalledNumber is no number of the Chinese mainland: this operation calls no other.',
    remedy: 'Pass a mainland mobile number or a landline with its area code.',
  },
  goodbyeOfOtherKind: {
    code: 'isv.INVALID_PARAMETERS',
    status: 200,
    chinese: 'ByeCode的类型必须与StartCode一致，同为语音文件或同为文本转语音模板',
    english: 'ByeCode must be of the same kind as StartCode: both voice files, or both text templates.',
    remedy: 'Use two voice files or two templates.',
  },
  variablesUnreadable: {
    code: 'isv.INVALID_JSON_PARAM',
    status: 200,
    chinese: '模板变量不是合法的JSON，请传入值为字符串的JSON对象',
    english: 'The variables are not a JSON object of strings, such as {"code":"1234"}.',
    remedy: 'Send a JSON object whose values are strings; long numbers too.',
  },
  variableMissing: {
    code: 'isv.TEMPLATE_MISSING_PARAMETERS',
    status: 200,
    chinese: '模板变量缺失，请为每个变量传入值',
    english: 'A variable of the template has no value in TtsParam',
    remedy: 'Give every variable of the template a value that is not empty.',
  },
  variableHoldsUrl: {
    code: 'isv.PARAM_NOT_SUPPORT_URL',
    status: 200,
    chinese: '模板变量不支持链接',
    english: 'A variable holds a link: links cannot be spoken',
    remedy: 'Leave links and host names out of the values.',
  },
  variableBlacklisted: {
    code: 'isv.BLACK_KEY_CONTROL_LIMIT',
    status: 200,
    chinese: '模板变量包含黑名单关键词',
    english: 'A variable holds a word that the operator of the service does not allow',
    remedy: 'Choose other words.',
  },
  variableNotLettersAndDigits: {
    code: 'isv.TEMPLATE_PARAMS_ILLEGAL',
    status: 200,
    chinese: '验证码模板变量只能包含数字和英文字母',
    english: 'A variable of a verification code may hold only letters and digits',
    remedy: 'Send letters A-Z, a-z and digits only, or use a notification template.',
  },
  variableUnspeakable: {
    code: 'isv.TEMPLATE_PARAMS_ILLEGAL',
    status: 200,
    chinese: '模板变量包含控制字符',
    english: 'A variable holds control characters',
    remedy: 'Send text that can be spoken.',
  },
  variablesTooLong: {
    code: 'isv.PARAM_LENGTH_LIMIT',
    status: 200,
    chinese: '模板变量总长度超过1000个字符',
    english: 'The variables are longer than 1,000 characters in all.',
    remedy: 'Shorten the values to 1,000 characters in all.',
  },
  calleeTooFrequent: {
    code: 'isv.BUSINESS_LIMIT_CONTROL',
    status: 200,
    chinese: '触发被叫频率限制',
    english: 'The callee was called too often',
    remedy: 'Call again at the time the message names. Failed calls count too.',
  },
  callUnknown: {
    code: 'isv.BILLID_NOT_EXIST',
    status: 200,
    chinese: '通话记录不存在，请检查CallId、ProdId与QueryDate（须为通话当天）',
    english: 'No such call: CallId, ProdId and QueryDate (the day of the call, China time) must belong together.',
    remedy: 'Pass the CallId as it was returned, the ProdId of its product, and a moment of the day of the call.',
  },
  noSuchCall: {
    code: 'isv.BILLID_NOT_EXIST',
    status: 200,
    chinese: '通话不存在，请检查CallId',
    english: 'No call of this account has this CallId.',
    remedy: 'Pass the CallId as it was returned when the call was placed, with a key of the same account.',
  },
  callOver: {
    code: '9996',
    status: 200,
    chinese: '通话未建立或已结束',
    english: 'The call had ended before it was cancelled.',
    remedy: 'Nothing is left to be done: its record tells how it ended (QueryCallDetailByCallId).',
  },
  queryDateIllegal: {
    code: 'isv.QUERY_DATE_ILLEGAL',
    status: 200,
    chinese: '查询日期不合法，请传入毫秒级Unix时间戳',
    english: 'QueryDate is not a Unix time in milliseconds.',
    remedy: 'Send the time of the call as milliseconds since 1970.',
  },
} as const satisfies Record<CallRefusal | OtherRefusal, RefusalRow>

export type RefusalName = keyof typeof refusals

/** An operation's refusal: an expected answer. Shaped like the operation's own answer, without its payload. */
export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly refusal: RefusalName
  readonly code: string
  readonly status: number

  /** @param detail added to both halves of the message: a variable's name, the time of the next call */
  constructor(refusal: RefusalName, detail: { chinese?: string; english?: string } = {}) {
    const row = refusals[refusal]
    super(`${row.chinese}${detail.chinese ?? ''}。${row.english.replace(/\.$/, '')}${detail.english ?? ''}.`)
    this.refusal = refusal
    this.code = row.code
    this.status = row.status
  }
}
