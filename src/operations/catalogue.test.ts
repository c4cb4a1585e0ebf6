import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { catalogue } from './catalogue.ts'

it('lists every operation once', () => {
  const names = catalogue.map(({ name }) => name)
  expect(new Set(names).size).toBe(names.length)
  expect(names.filter((name) => name !== 'QueryTokenForMnsQueue')).toHaveLength(41)
})

it('has built the operations of the main job, and nothing that it does not say', () => {
  const built = catalogue.filter(({ prepare }) => prepare !== undefined).map(({ name }) => name)
  expect(built).toEqual([
    'SingleCallByVoice',
    'SingleCallByTts',
    'IvrCall',
    'QueryCallDetailByCallId',
    'ClickToDial',
    'CancelCall',
    'QueryTokenForMnsQueue',
  ])
})

it('answers with 200 where the reference does, and with OK everywhere else', () => {
  expect(catalogue.filter(({ success }) => success === '200').map(({ name }) => name)).toEqual([
    'AddVirtualNumberRelation',
    'QueryVirtualNumber',
    'QueryVirtualNumberRelation',
    'CreateCallTask',
    'ExecuteCallTask',
    'ListCallTask',
    'GetMqttToken',
    'RefreshMqttToken',
  ])
})

it('is described by a page that names every operation', () => {
  const page = readFileSync(new URL('../../docs/operations.md', import.meta.url), 'utf8')
  for (const { name } of catalogue) expect(page).toContain(`## ${name}\n`)
})
