/** Policies that every account has, under the names of the public cloud. */
export const systemPolicies: ReadonlyMap<string, string> = new Map([
  ['AliyunDyvmsFullAccess', '{"Version":"1","Statement":[{"Effect":"Allow","Action":"dyvms:*","Resource":"*"}]}'],
])

/** Names that begin so are not given to policies of an account's own. */
export const systemPolicyPrefix = 'Aliyun'
