import { int64, integer, optional, text, withDefault } from '../input-fields.ts'
import { operation } from '../operation.ts'
import { out } from '../output-fields.ts'

/** Virtual numbers (reference, number management): contracts of operations that are not built yet. */

export const addVirtualNumberRelation = operation({
  name: 'AddVirtualNumberRelation',
  product: 'dyvmsapi',
  summary: 'Bind real numbers to a virtual number.',
  input: {
    ProdCode: withDefault(text(), 'dyvmsapi'),
    CorpNameList: optional(text()),
    NumberList: text(),
    RouteType: integer(),
    PhoneNum: text(),
  },
  output: { Data: out.optional(out.text) },
  success: '200',
  notes: ['Data: the numbers that could not be bound, comma-separated; left out when all were.'],
})

export const queryVirtualNumber = operation({
  name: 'QueryVirtualNumber',
  product: 'dyvmsapi',
  summary: 'List virtual numbers.',
  input: {
    ProdCode: withDefault(text(), 'dyvms'),
    PageNo: optional(integer()),
    PageSize: optional(integer()),
    RouteType: optional(integer()),
  },
  output: { Data: out.text },
  success: '200',
  notes: ['Data: in JSON the text of a JSON object.'],
})

export const queryVirtualNumberRelation = operation({
  name: 'QueryVirtualNumberRelation',
  product: 'dyvmsapi',
  summary: 'List the bindings of virtual numbers.',
  input: {
    ProdCode: withDefault(text(), 'dyvms'),
    PageNo: withDefault(integer(), 1),
    PageSize: withDefault(integer(), 20),
    RouteType: optional(integer()),
    QualificationId: optional(int64()),
    RegionNameCity: optional(text()),
    SpecId: optional(int64()),
    RelatedNum: optional(text()),
    PhoneNum: optional(text()),
  },
  output: { Data: out.text },
  success: '200',
  qps: { account: 200, all: 1000 },
  notes: ['Data: in JSON the text of a JSON object.'],
})
