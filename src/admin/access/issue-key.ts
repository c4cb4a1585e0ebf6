import type { AdminKey, AdminKeyBook } from './ports.ts'
import { hashToken, newKeyId, newToken, writeAdminKey } from './tokens.ts'

/** Makes an admin key. Its text is in the result and nowhere else: the store keeps a hash. */
export async function issueAdminKey(
  keys: AdminKeyBook,
  wanted: Omit<AdminKey, 'keyId'>,
): Promise<{ key: AdminKey; adminKey: string }> {
  const key = { keyId: newKeyId(), ...wanted }
  const secret = newToken()
  await keys.create(key, hashToken(secret))
  return { key, adminKey: writeAdminKey(key.keyId, secret) }
}
