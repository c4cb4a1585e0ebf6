import { expect, it } from 'vitest'
import type { Template } from './template.ts'
import { speakTemplate } from './template-speech.ts'

const base: Omit<Template, 'kind' | 'text'> = { code: 'TTS_1', accountId: '1', review: 'approved' }

it('spells the variables of a verification code and speaks its text', () => {
  const template: Template = { ...base, kind: 'verification', text: '您的验证码是${code}，请勿告诉他人。' }
  expect(speakTemplate(template, new Map([['code', '4821']]))).toEqual([
    { text: '您的验证码是', manner: 'fluent' },
    { text: '4821', manner: 'spelled' },
    { text: '，请勿告诉他人。', manner: 'fluent' },
  ])
})

it('speaks the variables of a notification as phrases, and no lonely punctuation', () => {
  const template: Template = { ...base, kind: 'notification', text: '${name}，${time}。' }
  const values = new Map([
    ['name', '张三'],
    ['time', '明天9点'],
  ])
  expect(speakTemplate(template, values)).toEqual([
    { text: '张三', manner: 'fluent' },
    { text: '明天9点', manner: 'fluent' },
  ])
})
