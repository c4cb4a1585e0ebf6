import { createRequire } from 'node:module'
import { signedUrl } from '../../src/wire/signature/sign.ts'
import { asParameters, outcome, type SdkClient, sdkClients } from '../peers/sdk-clients.ts'
import { readXml } from './check-reply.ts'

const require = createRequire(import.meta.url)
const DybaseapiClient: typeof import('@alicloud/dybaseapi').default = require('@alicloud/dybaseapi')

/** The client that the receipt pullers use. It has a method for its one operation; the rest it inherits. */
const dybaseapi: SdkClient = {
  name: 'dybaseapi',
  call(origin, keys, action, parameters, instead = {}) {
    const client = new DybaseapiClient({ ...keys, endpoint: origin.origin, apiVersion: '' })
    const sent = { ...parameters, ...asParameters(instead) }
    return outcome(() =>
      action === 'QueryTokenForMnsQueue' && sent['MessageType'] !== undefined
        ? client.queryTokenForMnsQueue(sent)
        : client.request(action, sent, {}),
    )
  },
}

/** A program without a library, that reads XML: none of the Node clients does. */
const byHand: SdkClient = {
  name: 'by hand, XML',
  async call(origin, { accessKeyId, accessKeySecret: secret, securityToken }, action, parameters, instead = {}) {
    const { nonce, timestamp } = instead
    const url = signedUrl({
      ...{ endpoint: origin.origin, action, accessKeyId, secret, parameters, format: 'XML' },
      now: timestamp === undefined ? Date.now() : Date.parse(timestamp),
      ...(nonce === undefined ? {} : { nonce }),
      ...(securityToken === undefined ? {} : { securityToken }),
    })
    const { value = {} } = await readXml(await (await fetch(url)).text())
    const textOf = (name: string) => String(Array.isArray(value[name]) ? value[name][0] : (value[name] ?? ''))
    return { code: textOf('Code'), message: textOf('Message'), callId: textOf('CallId') }
  },
}

/** Everything that speaks the signed API. */
export const apiClients: readonly SdkClient[] = [...sdkClients, dybaseapi, byHand]
