import { createPrivateKey, X509Certificate } from 'node:crypto'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { isIP } from 'node:net'
import { join } from 'node:path'
import { hasCode } from '../../lib/error-code.ts'
import { type Certificate, makeCertificate } from './self-signed.ts'

/** Certificate or key cannot be used. The message says which file and what to do. */
export class CertificateRefused extends Error {
  override readonly name = 'CertificateRefused'
}

/**
 * Where the certificate of the HTTPS port comes from. Asked at the start and every hour after.
 * @throws {CertificateRefused}
 */
export type CertificateSource = (nowMs: number) => Promise<Certificate>

/** The operator's files, PEM. A certificate that is renewed in place is taken over without a restart. */
export function givenCertificate(certFile: string, keyFile: string): CertificateSource {
  return async () => {
    const [cert, key] = await Promise.all([readPem(certFile), readPem(keyFile)])
    const parsed = orRefuse(certFile, 'a certificate in PEM form', () => new X509Certificate(cert))
    const privateKey = orRefuse(keyFile, 'a private key in PEM form without a passphrase', () => createPrivateKey(key))
    if (!parsed.checkPrivateKey(privateKey)) {
      throw new CertificateRefused(`The key in ${keyFile} does not belong to the certificate in ${certFile}.`)
    }
    return { cert, key }
  }
}

/** Made anew when it has less than this left, milliseconds. */
const renewalMs = 30 * 86_400_000

/**
 * A certificate of our own making, kept in `<folder>/certificate.pem` beside its key, so that clients can be given the
 * file once. It is made anew when it ends soon, or when its names are not these.
 */
export function selfMadeCertificate(folder: string, names: readonly string[]): CertificateSource {
  const certFile = join(folder, 'certificate.pem')
  const keyFile = join(folder, 'key.pem')
  return async (nowMs) => {
    const kept = await readKept(certFile, keyFile)
    if (kept !== undefined && isGood(kept, names, nowMs)) return kept
    const made = makeCertificate(names, nowMs)
    await mkdir(folder, { recursive: true, mode: 0o700 })
    // The key first: a certificate without its key would be served never, a key without certificate is made anew.
    await replaceFile(keyFile, made.key, 0o600)
    await replaceFile(certFile, made.cert, 0o644)
    return made
  }
}

async function readKept(certFile: string, keyFile: string): Promise<Certificate | undefined> {
  try {
    const [cert, key] = await Promise.all([readFile(certFile, 'utf8'), readFile(keyFile, 'utf8')])
    return new X509Certificate(cert).checkPrivateKey(createPrivateKey(key)) ? { cert, key } : undefined
  } catch (error) {
    // Absent, half written or damaged: a new one takes its place.
    if (hasCode(error, 'ENOENT') || isOfOpenssl(error)) return undefined
    throw error
  }
}

/** What OpenSSL says of text that is no certificate, or no key. */
function isOfOpenssl(error: unknown): boolean {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_OSSL_')
}

function isGood({ cert }: Certificate, names: readonly string[], nowMs: number): boolean {
  const kept = new X509Certificate(cert)
  const holds = (name: string) => (isIP(name) === 0 ? kept.checkHost(name, { subject: 'never' }) : kept.checkIP(name))
  const entries = (kept.subjectAltName ?? '').split(', ').length
  return Date.parse(kept.validTo) - nowMs > renewalMs && entries === names.length && names.every((name) => holds(name))
}

async function replaceFile(file: string, text: string, mode: number): Promise<void> {
  await writeFile(`${file}.new`, text, { mode })
  await rename(`${file}.new`, file)
}

async function readPem(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    throw new CertificateRefused(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    })
  }
}

function orRefuse<T>(file: string, expected: string, read: () => T): T {
  try {
    return read()
  } catch (error) {
    throw new CertificateRefused(`${file} does not hold ${expected}.`, { cause: error })
  }
}
