import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { givenCertificate, selfMadeCertificate } from './certificate-source.ts'
import { makeCertificate } from './self-signed.ts'

const now = Date.UTC(2024, 0, 2)
const dayMs = 86_400_000
const names = ['node', '127.0.0.1']
let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'yuyin-tls-'))
})
afterEach(() => rm(folder, { recursive: true }))

describe('a self-made certificate', () => {
  it('is made once and kept, its key for its owner only', async () => {
    const made = await selfMadeCertificate(join(folder, 'tls'), names)(now)
    expect(await selfMadeCertificate(join(folder, 'tls'), names)(now + dayMs)).toEqual(made)
    expect(await readFile(join(folder, 'tls', 'certificate.pem'), 'utf8')).toBe(made.cert)
    expect((await stat(join(folder, 'tls', 'key.pem'))).mode & 0o777).toBe(0o600)
  })

  it.each([
    ['it ends within a month', names, 368 * dayMs],
    ['a name is new', [...names, 'voice.example.com'], 0],
    ['a name is gone', ['node'], 0],
  ])('is made anew when %s', async (_, asked, laterMs) => {
    const first = await selfMadeCertificate(folder, names)(now)
    expect((await selfMadeCertificate(folder, asked)(now + laterMs)).cert).not.toBe(first.cert)
  })

  it('is made anew when its file was cut off', async () => {
    const { cert } = await selfMadeCertificate(folder, names)(now)
    await writeFile(join(folder, 'certificate.pem'), cert.slice(0, 100))
    expect((await selfMadeCertificate(folder, names)(now)).cert).not.toBe(cert)
  })

  it('is not made anew while it cannot be read: who can read it may trust it already', async () => {
    await mkdir(join(folder, 'certificate.pem'))
    await expect(selfMadeCertificate(folder, names)(now)).rejects.toThrow('EISDIR')
  })
})

describe('a given certificate', () => {
  const give = async (cert: string, key: string) => {
    const files = [join(folder, 'cert.pem'), join(folder, 'key.pem')] as const
    await writeFile(files[0], cert)
    await writeFile(files[1], key)
    return givenCertificate(...files)
  }

  it('is read again each time', async () => {
    const [one, two] = [makeCertificate(names, now), makeCertificate(names, now)]
    expect(await (await give(one.cert, one.key))(now)).toEqual(one)
    expect(await (await give(two.cert, two.key))(now)).toEqual(two)
  })

  it('is refused with the file that is wrong', async () => {
    const [one, two] = [makeCertificate(names, now), makeCertificate(names, now)]
    await expect((await give('x', one.key))(now)).rejects.toThrow(/cert\.pem does not hold a certificate/)
    await expect((await give(one.cert, 'x'))(now)).rejects.toThrow(/key\.pem does not hold a private key/)
    await expect((await give(one.cert, two.key))(now)).rejects.toThrow(/does not belong/)
    await expect(givenCertificate(join(folder, 'none'), join(folder, 'none'))(now)).rejects.toThrow(/cannot be read/)
  })
})
