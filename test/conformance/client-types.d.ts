/** The parts of untyped packages that the suite uses. */
declare module 'xml2js' {
  /** Strict: throws what is not well-formed. Every element is an array of its occurrences. */
  export function parseStringPromise(xml: string): Promise<Record<string, unknown>>
}

declare module '@alicloud/dybaseapi' {
  import PopCore from '@alicloud/pop-core'

  export default class DybaseapiClient extends PopCore {
    queryTokenForMnsQueue(parameters: object, options?: object): Promise<Record<string, unknown>>
  }
}

declare module '@alicloud/sms-sdk' {
  import DybaseapiClient from '@alicloud/dybaseapi'

  export default class SmsClient {
    readonly dybaseClient: DybaseapiClient
    constructor(options: {
      accessKeyId: string
      secretAccessKey: string
      baseApiEndpoint: string
      /** Settings of the queue client below it. */
      mnsVpc: { endpoint: string }
    })
    /** @param typeIndex 0 for SmsReport, 1 for SmsUp; the queue's name is the prefix and that type */
    receiveMsg(
      typeIndex: number,
      queuePrefix: string,
      waitSeconds?: number,
      isDeleted?: boolean,
    ): Promise<{ code: number; body: Record<string, string> }>
  }
}

declare module 'ali-mns' {
  export class Account {
    constructor(accountId: string, accessKeyId: string, secret: string)
    /** Whether the package reports its use to somebody else. */
    setGA(isReporting: boolean): void
  }
  export class Msg {
    constructor(body: string, priority?: number, delaySeconds?: number)
  }
  type Xml = Record<string, Record<string, unknown>>
  export class MNS {
    constructor(account: Account, region?: string)
    listP(prefix?: string, pageSize?: number, marker?: string): Promise<Xml>
    createP(name: string, attributes?: object): Promise<number>
    deleteP(name: string): Promise<number>
  }
  export class MQ {
    constructor(name: string, account: Account, region?: string)
    getAttrsP(): Promise<Xml>
    setAttrsP(attributes: object): Promise<number>
    sendP(body: string | Msg[], priority?: number, delaySeconds?: number): Promise<Xml>
    recvP(waitSeconds?: number, count?: number): Promise<Xml>
    peekP(count?: number): Promise<Xml>
    deleteP(receiptHandle: string | string[]): Promise<number>
    reserveP(receiptHandle: string, seconds: number): Promise<Xml>
  }
  export class MQBatch extends MQ {}
}
