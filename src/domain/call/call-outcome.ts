/** Values of `smart_status_code` (reference, smart status codes). */
export type SmartStatusCode =
  | 'ANSWERED'
  | 'CANCEL'
  | 'CALL_REJECTED'
  | 'CALL_FORWARDING'
  | 'INCOMING_CALL_BARRED'
  | 'INVALID_NUMBER'
  | 'NO_ANSWER'
  | 'NO_USER_RESPONDING'
  | 'NETWORK_BUSY'
  | 'OPERATOR_BLOCK'
  | 'POWERED_OFF'
  | 'SUSPEND'
  | 'USER_BUSY'
  | 'UNAVAILABLE'
  | 'OTHER'

/** Whose doing the end was: what an operator looks at first. */
export type OutcomeDoing = 'callee' | 'network' | 'here' | 'caller'

/** One row of the outcome table. */
export interface OutcomeRow {
  /** `status_code` of the receipt. */
  readonly statusCode: string
  readonly smartStatus: SmartStatusCode
  readonly doing: OutcomeDoing
  /** `status_msg` of the receipt. */
  readonly text: string
}

/**
 * Every way a call can end. The codes are those of the reference's table of receipt codes; from `connected` on they are
 * those of a double call, whose caller ends as a single call would.
 */
export const callOutcomes = {
  heard: { statusCode: '200000', smartStatus: 'ANSWERED', doing: 'here', text: '用户听完语音' },
  hungUpEarly: { statusCode: '200001', smartStatus: 'ANSWERED', doing: 'callee', text: '用户提前挂机' },
  tooLong: { statusCode: '200001', smartStatus: 'ANSWERED', doing: 'here', text: '超过最长通话时间' },
  busy: { statusCode: '200002', smartStatus: 'USER_BUSY', doing: 'callee', text: '用户占线' },
  noAnswer: { statusCode: '200003', smartStatus: 'NO_ANSWER', doing: 'callee', text: '无人接听' },
  invalidNumber: { statusCode: '200004', smartStatus: 'INVALID_NUMBER', doing: 'network', text: '号码无效' },
  rejected: { statusCode: '200005', smartStatus: 'CALL_REJECTED', doing: 'callee', text: '用户拒接' },
  unreachable: { statusCode: '200005', smartStatus: 'UNAVAILABLE', doing: 'network', text: '无法接通' },
  networkBusy: { statusCode: '200005', smartStatus: 'NETWORK_BUSY', doing: 'network', text: '线路繁忙' },
  cancelled: { statusCode: '200005', smartStatus: 'CANCEL', doing: 'caller', text: '呼叫已取消' },
  playbackFailed: { statusCode: '200006', smartStatus: 'OTHER', doing: 'here', text: '语音播放失败' },
  codecRefused: { statusCode: '200006', smartStatus: 'OTHER', doing: 'network', text: '语音格式不支持' },
  keyTimeout: { statusCode: '200008', smartStatus: 'ANSWERED', doing: 'callee', text: '按键超时' },
  outOfCoverage: { statusCode: '200007', smartStatus: 'NO_USER_RESPONDING', doing: 'network', text: '不在服务区' },
  poweredOff: { statusCode: '200010', smartStatus: 'POWERED_OFF', doing: 'callee', text: '已关机' },
  suspended: { statusCode: '200011', smartStatus: 'SUSPEND', doing: 'callee', text: '已停机' },
  restricted: { statusCode: '200012', smartStatus: 'OPERATOR_BLOCK', doing: 'network', text: '呼叫受限' },
  overConcurrency: { statusCode: '200121', smartStatus: 'OTHER', doing: 'here', text: '超出并发限制' },
  lineLost: { statusCode: '200005', smartStatus: 'UNAVAILABLE', doing: 'network', text: '通话中断' },
  connected: { statusCode: '200100', smartStatus: 'ANSWERED', doing: 'callee', text: '通话结束' },
  cutShort: { statusCode: '200100', smartStatus: 'ANSWERED', doing: 'caller', text: '通话被取消' },
  callerGaveUp: { statusCode: '200100', smartStatus: 'CANCEL', doing: 'caller', text: '主叫提前挂机' },
  callerRestricted: { statusCode: '200104', smartStatus: 'OPERATOR_BLOCK', doing: 'network', text: '主叫呼叫受限' },
  calleeRestricted: { statusCode: '200105', smartStatus: 'OPERATOR_BLOCK', doing: 'network', text: '被叫呼叫受限' },
  calleeRejected: { statusCode: '200111', smartStatus: 'CALL_REJECTED', doing: 'callee', text: '被叫拒接' },
  calleeBusy: { statusCode: '200112', smartStatus: 'USER_BUSY', doing: 'callee', text: '被叫占线' },
  calleeNoAnswer: { statusCode: '200113', smartStatus: 'NO_ANSWER', doing: 'callee', text: '被叫无人接听' },
  calleeInvalidNumber: { statusCode: '200116', smartStatus: 'INVALID_NUMBER', doing: 'network', text: '被叫号码无效' },
  calleeOutOfCoverage: {
    statusCode: '200120',
    smartStatus: 'NO_USER_RESPONDING',
    doing: 'network',
    text: '被叫不在服务区',
  },
  systemError: { statusCode: '999999', smartStatus: 'OTHER', doing: 'here', text: '系统异常' },
} as const satisfies Record<string, OutcomeRow>

export type CallOutcome = keyof typeof callOutcomes
