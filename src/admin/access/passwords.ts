import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto'

/** What a password must be: long enough that guessing one is hopeless, short enough that hashing it is cheap. */
export const passwordLength = { min: 12, max: 256 } as const

/** scrypt with N = 2^15, r = 8, p = 3: 32 MiB and some 200 ms, one of the settings OWASP recommends. */
const usual = { log2N: 15, r: 8, p: 3 } as const
const hashBytes = 32

/** @returns `scrypt$15$8$3$<salt>$<hash>`, base64url */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16)
  const hash = await derive(password, salt, usual)
  return ['scrypt', usual.log2N, usual.r, usual.p, salt.toString('base64url'), hash.toString('base64url')].join('$')
}

/**
 * Compares in constant time. Without a hash (there is no such person) it takes as long as with one, and says no.
 *
 * @throws when the hash is none of `hashPassword`
 */
export async function isPassword(password: string, hash: string | undefined): Promise<boolean> {
  const known = hash === undefined ? undefined : readHash(hash)
  const { salt, expected, ...cost } = known ?? { salt: nobodysSalt, expected: nobodysHash, ...usual }
  const derived = await derive(password, salt, cost)
  return timingSafeEqual(derived, expected) && known !== undefined
}

const nobodysSalt = randomBytes(16)
const nobodysHash = randomBytes(hashBytes)

interface Cost {
  readonly log2N: number
  readonly r: number
  readonly p: number
}

function derive(password: string, salt: Buffer, { log2N, r, p }: Cost): Promise<Buffer> {
  const options: ScryptOptions = { N: 2 ** log2N, r, p, maxmem: 256 * 1024 * 1024 }
  return new Promise((resolve, reject) => {
    // NFC: the same password typed on another keyboard may arrive as other code points.
    scrypt(password.normalize('NFC'), salt, hashBytes, options, (error, key) => {
      if (error === null) resolve(key)
      else reject(error)
    })
  })
}

function readHash(text: string): Cost & { salt: Buffer; expected: Buffer } {
  const [, log2N, r, p, salt = '', hash = ''] = /^scrypt\$(\d+)\$(\d+)\$(\d+)\$([\w-]+)\$([\w-]+)$/.exec(text) ?? []
  const expected = Buffer.from(hash, 'base64url')
  if (expected.length !== hashBytes) throw new Error('a password hash is in a form that this version does not know')
  return { log2N: Number(log2N), r: Number(r), p: Number(p), salt: Buffer.from(salt, 'base64url'), expected }
}
