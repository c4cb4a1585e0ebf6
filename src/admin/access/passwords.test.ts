import { expect, it } from 'vitest'
import { hashPassword, isPassword } from './passwords.ts'

it('knows the password of a hash, and no other', async () => {
  const hash = await hashPassword('correct horse battery')
  expect(hash).toMatch(/^scrypt\$15\$8\$3\$[\w-]{22}\$[\w-]{43}$/)
  expect(hash).not.toBe(await hashPassword('correct horse battery'))
  expect(await isPassword('correct horse battery', hash)).toBe(true)
  expect(await isPassword('correct horse batter', hash)).toBe(false)
})

it('takes the same characters however they were composed', async () => {
  expect(await isPassword('cafe\u0301 au lait', await hashPassword('caf\u00e9 au lait'))).toBe(true)
})

it('lets nobody in without a hash, and no broken hash pass as one', async () => {
  expect(await isPassword('', undefined)).toBe(false)
  await expect(isPassword('x', 'scrypt$15$8$3$AAAA$AAAA')).rejects.toThrow('a form that this version does not know')
})
