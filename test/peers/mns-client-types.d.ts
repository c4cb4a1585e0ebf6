/** The part of the public npm client's interface that the tests use; the package brings no types. */
declare module '@alicloud/mns' {
  interface Answer<Body> {
    code: number
    body: Body
  }
  type Message = Record<
    | 'MessageId'
    | 'ReceiptHandle'
    | 'MessageBody'
    | 'MessageBodyMD5'
    | 'EnqueueTime'
    | 'FirstDequeueTime'
    | 'NextVisibleTime'
    | 'DequeueCount'
    | 'Priority',
    string
  >
  type DeleteError = Record<'ErrorCode' | 'ErrorMessage' | 'ReceiptHandle', string>

  export default class Client {
    constructor(
      accountId: string,
      options: { accessKeyId: string; accessKeySecret: string; endpoint: string; securityToken?: string },
    )
    receiveMessage(queue: string, waitSeconds?: number): Promise<Answer<Message>>
    batchReceiveMessage(queue: string, numOfMessages: number, waitSeconds?: number): Promise<Answer<Message[]>>
    deleteMessage(queue: string, receiptHandle: string): Promise<Answer<undefined>>
    batchDeleteMessage(queue: string, receiptHandles: string[]): Promise<Answer<DeleteError[] | undefined>>
    changeMessageVisibility(queue: string, receiptHandle: string, visibilityTimeout: number): Promise<Answer<unknown>>
  }
}
