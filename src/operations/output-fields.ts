/** One field of an answer. `value` is never set: it carries the type. */
export interface Output<T> {
  readonly type: 'String' | 'Integer' | 'Long' | 'Boolean' | 'Object' | 'List'
  readonly optional?: boolean
  /** Fields of an object, or of a list's items. */
  readonly fields?: Outputs
  readonly value?: T
}

export type Outputs = Readonly<Record<string, Output<unknown>>>

type Always<O extends Outputs> = { [Name in keyof O]: undefined extends ValueOf<O[Name]> ? never : Name }[keyof O]
type ValueOf<One> = One extends Output<infer T> ? T : never

/** The object that outputs describe; optional fields may be left out. */
export type OutputOf<O extends Outputs> = { readonly [Name in Always<O>]: ValueOf<O[Name]> } & {
  readonly [Name in Exclude<keyof O, Always<O>>]?: ValueOf<O[Name]>
}

/** Declarations of an answer's fields, in the types of the public models: what is declared String is sent as a string. */
export const out = {
  text: { type: 'String' } as Output<string>,
  int32: { type: 'Integer' } as Output<number>,
  int64: { type: 'Long' } as Output<number>,
  boolean: { type: 'Boolean' } as Output<boolean>,
  object<O extends Outputs>(fields: O): Output<OutputOf<O>> {
    return { type: 'Object', fields }
  },
  /** In XML a list has no wrapper: the field's own name repeats. */
  list<O extends Outputs>(fields: O): Output<readonly OutputOf<O>[]> {
    return { type: 'List', fields }
  },
  /** Left out of some answers. */
  optional<T>(one: Output<T>): Output<T | undefined> {
    return { ...one, optional: true }
  },
}
