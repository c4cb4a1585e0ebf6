import { randomBytes } from 'node:crypto'
import { link, mkdir, open, readFile, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { hasCode } from '../../lib/error-code.ts'
import { syncFolder } from '../../lib/sync-folder.ts'
import type { Database } from '../database.ts'
import { createSeal, type Seal } from './seal.ts'

/** The key file is missing, unreadable, or belongs to another database. The message says what to do. */
export class KeyFileRefused extends Error {
  override readonly name = 'KeyFileRefused'
}

const keyBytes = 32
const factName = 'sealKeyId'

/**
 * Opens the seal of a database with its key file. On the first start of a database the file is created (mode 0600) and its
 * key id noted in the database; from then on only this key is accepted. Nodes that share a database need the same file.
 *
 * @throws {KeyFileRefused}
 */
export async function openSeal(database: Database, path: string): Promise<Seal> {
  const known = await readKeyId(database)
  const key = (await readKey(path)) ?? (known === undefined ? await createKey(path) : undefined)
  if (key === undefined) {
    throw new KeyFileRefused(
      `The key file ${path} is missing, and the database holds secrets sealed with key ${known}. Put the file back (from a backup or from another node), or point YUYIN_SECRET_KEY to it.`,
    )
  }
  const seal = createSeal(key)
  await noteKeyId(database, seal.keyId)
  const noted = await readKeyId(database)
  if (noted !== seal.keyId) {
    throw new KeyFileRefused(
      `The key file ${path} holds key ${seal.keyId}, but the secrets of this database are sealed with key ${noted}. Use the key file of the node that first opened the database.`,
    )
  }
  return seal
}

async function readKeyId({ tables }: Database): Promise<string | undefined> {
  const fact = await tables.selectFrom('store_facts').select('value').where('name', '=', factName).executeTakeFirst()
  return fact?.value
}

/** The first one counts: two nodes may start at once. */
async function noteKeyId({ tables }: Database, keyId: string): Promise<void> {
  await tables
    .insertInto('store_facts')
    .values({ name: factName, value: keyId })
    .onConflict((conflict) => conflict.column('name').doNothing())
    .execute()
}

async function readKey(path: string): Promise<Buffer | undefined> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined
    throw new KeyFileRefused(`The key file ${path} cannot be read: ${String(error)}`, { cause: error })
  }
  const key = Buffer.from(text.trim(), 'base64')
  if (key.length !== keyBytes) {
    throw new KeyFileRefused(`The key file ${path} is damaged: it must hold ${keyBytes} bytes in base64.`)
  }
  return key
}

/** Writes the file so that it is either complete or absent, and never replaces one that appeared meanwhile. */
async function createKey(path: string): Promise<Buffer | undefined> {
  const folder = dirname(path)
  await mkdir(folder, { recursive: true })
  const draft = `${path}.${randomBytes(6).toString('hex')}`
  await writeSynced(draft, `${randomBytes(keyBytes).toString('base64')}\n`)
  try {
    await link(draft, path)
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error
  } finally {
    await rm(draft)
  }
  // The name must survive a power failure too: without the key every secret in the database is lost.
  await syncFolder(folder)
  return readKey(path)
}

async function writeSynced(path: string, text: string): Promise<void> {
  const file = await open(path, 'wx', 0o600)
  try {
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
}
