import { cancelCall } from './calls/cancel-call.ts'
import { clickToDial } from './calls/click-to-dial.ts'
import { smartCall, smartCallOperate } from './calls/interactive-call-contracts.ts'
import { ivrCall } from './calls/ivr-call.ts'
import { singleCallByTts } from './calls/single-call-by-tts.ts'
import { singleCallByVoice } from './calls/single-call-by-voice.ts'
import { createCallTask, executeCallTask, listCallTask, listCallTaskDetail } from './campaigns/call-task-contracts.ts'
import * as hotline from './numbers/hotline-contracts.ts'
import {
  addVirtualNumberRelation,
  queryVirtualNumber,
  queryVirtualNumberRelation,
} from './numbers/virtual-number-contracts.ts'
import type { Operation } from './operation.ts'
import { queryCallDetailByCallId } from './records/query-call-detail-by-call-id.ts'
import * as robot from './robots/robot-task-contracts.ts'
import * as softphone from './softphones/softphone-contracts.ts'
import { queryTokenForMnsQueue } from './tokens/query-token-for-mns-queue.ts'

/** Every operation of the API, in the order of the public reference. One without a story is answered UnsupportedOperation. */
export const catalogue: readonly Operation[] = [
  singleCallByVoice,
  singleCallByTts,
  addVirtualNumberRelation,
  queryVirtualNumber,
  queryVirtualNumberRelation,
  createCallTask,
  executeCallTask,
  listCallTask,
  listCallTaskDetail,
  ivrCall,
  smartCall,
  smartCallOperate,
  robot.queryRobotv2AllList,
  robot.createRobotTask,
  robot.uploadRobotTaskCalledFile,
  robot.startRobotTask,
  robot.cancelOrderRobotTask,
  robot.stopRobotTask,
  robot.cancelRobotTask,
  robot.queryRobotTaskList,
  robot.queryRobotTaskDetail,
  robot.queryRobotTaskCallList,
  robot.queryRobotTaskCallDetail,
  robot.deleteRobotTask,
  queryCallDetailByCallId,
  hotline.submitHotlineTransferRegister,
  hotline.listHotlineTransferRegisterFile,
  hotline.getHotlineQualificationByOrder,
  hotline.listHotlineTransferNumber,
  hotline.queryCallInPoolTransferConfig,
  hotline.queryCallInTransferRecord,
  hotline.setTransferCalleePoolConfig,
  hotline.sendVerification,
  softphone.getToken,
  softphone.addRtcAccount,
  softphone.getRtcToken,
  softphone.getCallInfo,
  softphone.getMqttToken,
  softphone.refreshMqttToken,
  clickToDial,
  cancelCall,
  queryTokenForMnsQueue,
]
