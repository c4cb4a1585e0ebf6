/** The part of the public npm client's interface that the tests use; the package brings no types. */
declare module '@alicloud/mns' {
  interface Answer<Body> {
    code: number
    headers: Record<string, string>
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
  type Sent = Record<'MessageId' | 'MessageBodyMD5', string>
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
    changeMessageVisibility(
      queue: string,
      receiptHandle: string,
      visibilityTimeout: number,
    ): Promise<Answer<Record<'ReceiptHandle' | 'NextVisibleTime', string>>>
    peekMessage(queue: string): Promise<Answer<Message>>
    batchPeekMessage(queue: string, numOfMessages: number): Promise<Answer<Message[]>>
    sendMessage(queue: string, message: object): Promise<Answer<Sent>>
    batchSendMessage(queue: string, messages: object[]): Promise<Answer<Sent[]>>
    createQueue(queue: string, attributes?: object): Promise<Answer<undefined>>
    setQueueAttributes(queue: string, attributes: object): Promise<Answer<undefined>>
    getQueueAttributes(queue: string): Promise<Answer<Record<string, string>>>
    listQueue(start?: string, limit?: number, prefix?: string): Promise<Answer<unknown>>
    deleteQueue(queue: string): Promise<Answer<undefined>>
  }
}
