import type { Account } from '../domain/account/account.ts'
import type { CallId } from '../domain/call/call.ts'
import { type Fields, type InputOf, type ParameterMap, readFields } from './input-fields.ts'
import type { OutputOf, Outputs } from './output-fields.ts'
import type { CalleeFrequency, Ports } from './ports.ts'
import type { RefusalName } from './refusals.ts'

/** The signed request behind an operation. */
export interface SignedRequest {
  readonly accessKeyId: string
  readonly nonce: string
  /** Upper-case UUID. */
  readonly requestId: string
  /** Wall milliseconds at which it arrived. */
  readonly now: number
}

/** Who asks, verified. */
export interface Caller {
  readonly account: Account
  /** The user whose key signed; absent: the account's own key. */
  readonly userName?: string
  readonly request: SignedRequest
}

export interface OperationSettings {
  /** How often one callee may be called, `undefined` when the operator turned the limit off. */
  readonly frequency: CalleeFrequency | undefined
  /** The setting that turns the limit off, `YUYIN_CALLEE_LIMITS=off`: named in the refusal (dev profile). */
  readonly frequencyHint?: string
  /** Started minutes of a priced call that are held back from the balance until it has its record; 1 when absent. */
  readonly heldMinutes?: number
}

/** What operations may ask of the rest of the house. */
export interface Services extends Ports {
  readonly settings: OperationSettings
  /** A new CallId, see `domain/call/call-id.ts`. */
  readonly nextCallId: () => CallId
}

/** Requests a second, of one account and of all accounts together (reference, flow control of each operation). */
export interface Qps {
  readonly account: number
  /** Absent where the reference gives none. */
  readonly all?: number
}

/** The contract of an operation, and its story when it is built. */
export interface OperationContract<F extends Fields, O extends Outputs> {
  /** Value of `Action`. */
  readonly name: string
  readonly product: 'dyvmsapi' | 'dybaseapi'
  /** One sentence. */
  readonly summary: string
  readonly input: F
  /** Everything in a successful answer besides Code, Message and RequestId. */
  readonly output: O
  /** `Code` of success: `200` for the operations on tasks, numbers and MQTT tokens, else `OK`. */
  readonly success?: 'OK' | '200'
  /** Absent: 100 and 500, as nearly all have. */
  readonly qps?: Qps
  readonly refusals?: readonly RefusalName[]
  /** Where we knowingly differ from the reference, or decided what it leaves open. */
  readonly notes?: readonly string[]
  /**
   * Translate, ask, answer. Absent: the contract is known and the operation is not built yet.
   * @throws {Refusal} when the answer is no; {@link GatewayError} for what the gateway has a code of its own
   */
  run?(asked: Caller & { readonly input: InputOf<F> }, services: Services): Promise<OutputOf<O>>
}

/** An operation as the gateway and the tools see it. */
export interface Operation {
  readonly name: string
  readonly product: 'dyvmsapi' | 'dybaseapi'
  readonly summary: string
  readonly input: Fields
  readonly output: Outputs
  readonly success: 'OK' | '200'
  readonly qps: Qps
  readonly refusals: readonly RefusalName[]
  readonly notes: readonly string[]
  /**
   * Reads the parameters and gives what is left to do. `undefined`: not built yet.
   * @throws {GatewayError} for parameters that are missing or not valid
   */
  readonly prepare: ((parameters: ParameterMap) => PreparedOperation) | undefined
}

export type PreparedOperation = (caller: Caller, services: Services) => Promise<object>

/** Makes an operation from its contract; input and answer of `run` are typed by it. */
export function operation<F extends Fields, O extends Outputs>(contract: OperationContract<F, O>): Operation {
  const { run } = contract
  return {
    name: contract.name,
    product: contract.product,
    summary: contract.summary,
    input: contract.input,
    output: contract.output,
    success: contract.success ?? 'OK',
    qps: contract.qps ?? { account: 100, all: 500 },
    refusals: contract.refusals ?? [],
    notes: contract.notes ?? [],
    prepare:
      run &&
      ((parameters) => {
        const input = readFields(contract.input, parameters)
        return (caller, services) => run({ ...caller, input }, services)
      }),
  }
}
