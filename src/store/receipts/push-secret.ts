/** The purpose under which the secret that signs pushes of a subscription is sealed. */
export function pushSecretPurpose(accountId: string, messageType: string): string {
  return `push secret ${accountId} ${messageType}`
}
