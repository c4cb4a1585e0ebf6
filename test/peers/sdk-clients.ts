import { createRequire } from 'node:module'

/** What a client made of an answer, whether it returned it or threw it. */
export interface SdkOutcome {
  code: string
  message: string
  callId: string
}

export interface SdkKeys {
  accessKeyId: string
  accessKeySecret: string
  /** Of a temporary key. */
  securityToken?: string
}

/** Sent instead of the client's own, to make a replay or a wrong clock. */
export interface Instead {
  nonce?: string
  /** `yyyy-MM-ddTHH:mm:ssZ` */
  timestamp?: string
}

/** A published client in one of its modes. */
export interface SdkClient {
  name: string
  call(
    origin: URL,
    keys: SdkKeys,
    action: string,
    parameters: Record<string, string>,
    instead?: Instead,
  ): Promise<SdkOutcome>
}

const require = createRequire(import.meta.url)
const PopCore: typeof import('@alicloud/pop-core') = require('@alicloud/pop-core')
const openapiClient: typeof import('@alicloud/openapi-client') = require('@alicloud/openapi-client')
const openapiCore: typeof import('@alicloud/openapi-core') = require('@alicloud/openapi-core')
const teaUtil: typeof import('@alicloud/tea-util') = require('@alicloud/tea-util')
const dara: typeof import('@darabonba/typescript') = require('@darabonba/typescript')

const apiVersion = '2017-05-25'

/** Classic client: V1, parameters all in the query or all in a form. */
function popCore(method: 'GET' | 'POST'): SdkClient {
  return {
    name: `pop-core by ${method}`,
    call(origin, keys, action, parameters, instead = {}) {
      const client = new PopCore({ ...keys, endpoint: origin.origin, apiVersion })
      return outcome(() => client.request(action, { ...parameters, ...asParameters(instead) }, { method }))
    },
  }
}

type Placement = 'query' | 'form'

export function asParameters({ nonce, timestamp }: Instead): Record<string, string> {
  return {
    ...(nonce === undefined ? {} : { SignatureNonce: nonce }),
    ...(timestamp === undefined ? {} : { Timestamp: timestamp }),
  }
}

function asHeaders({ nonce, timestamp }: Instead): Record<string, string> {
  return {
    ...(nonce === undefined ? {} : { 'x-acs-signature-nonce': nonce }),
    ...(timestamp === undefined ? {} : { 'x-acs-date': timestamp }),
  }
}

function apiParams(action: string) {
  return {
    action,
    version: apiVersion,
    protocol: 'HTTP',
    pathname: '/',
    method: 'POST',
    authType: 'AK',
    style: 'RPC',
    reqBodyType: 'formData',
    bodyType: 'json',
  }
}

function requestParts(
  placement: Placement,
  parameters: Record<string, string>,
  signature: 'V1' | 'V3',
  instead: Instead = {},
) {
  const own = signature === 'V1' ? asParameters(instead) : {}
  const headers = signature === 'V3' ? asHeaders(instead) : {}
  return placement === 'query'
    ? { headers, query: { ...parameters, ...own } }
    : { headers, query: own, body: parameters }
}

/** The client of the typed libraries from 2021 on. */
function openapiClient2021(signature: 'V1' | 'V3', placement: Placement): SdkClient {
  return {
    name: `openapi-client, ${signature}, parameters in the ${placement}`,
    call(origin, keys, action, parameters, instead) {
      const config = new openapiClient.Config({ ...keys, endpoint: origin.host, protocol: 'http' })
      if (signature === 'V1') config.signatureAlgorithm = 'v2'
      const client = new openapiClient.default(config)
      const request = new openapiClient.OpenApiRequest(requestParts(placement, parameters, signature, instead))
      const params = new openapiClient.Params(apiParams(action))
      return outcome(() => client.callApi(params, request, new teaUtil.RuntimeOptions({})))
    },
  }
}

/** The client of today's typed libraries. */
function openapiCore2026(signature: 'V1' | 'V3', placement: Placement): SdkClient {
  const { Config, OpenApiRequest, Params } = openapiCore.$OpenApiUtil
  return {
    name: `openapi-core, ${signature}, parameters in the ${placement}`,
    call(origin, keys, action, parameters, instead) {
      const config = new Config({ ...keys, endpoint: origin.host, protocol: 'http' })
      if (signature === 'V1') config.signatureAlgorithm = 'v2'
      const client = new openapiCore.default(config)
      const request = new OpenApiRequest(requestParts(placement, parameters, signature, instead))
      return outcome(() => client.callApi(new Params(apiParams(action)), request, new dara.RuntimeOptions({})))
    },
  }
}

export const sdkClients: readonly SdkClient[] = [
  popCore('GET'),
  popCore('POST'),
  openapiClient2021('V3', 'query'),
  openapiClient2021('V3', 'form'),
  openapiClient2021('V1', 'query'),
  openapiClient2021('V1', 'form'),
  openapiCore2026('V3', 'query'),
  openapiCore2026('V3', 'form'),
  openapiCore2026('V1', 'query'),
  openapiCore2026('V1', 'form'),
]

/** Reads the object that a client returned or the error that it threw: pop-core throws what others return. */
export async function outcome(ask: () => Promise<unknown>): Promise<SdkOutcome> {
  try {
    const answer = await ask()
    return read(field(answer, 'body') ?? answer)
  } catch (error) {
    return read(field(error, 'data') ?? error)
  }
}

function read(answer: unknown): SdkOutcome {
  const text = (name: string) => String(field(answer, name) ?? field(answer, name.toLowerCase()) ?? '')
  return { code: text('Code'), message: text('Message'), callId: text('CallId') }
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null
    ? Object.entries(value).find(([key]) => key === name)?.[1]
    : undefined
}
