import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto'
import { SignJWT } from 'jose'
import { ConnectorError } from '../../../sdk/ground/errors.ts'
import type { Clock, RandomBytes } from '../../../sdk/ground/ports.ts'

/** Lifetime of an assertion in seconds. */
const LIFETIME = 600

/** A certificate that Entra ID knows, and the key that belongs to it. */
export interface CertificateKey {
  /** base64url of the SHA-256 of the certificate. */
  readonly thumbprint: string
  readonly key: KeyObject
}

/**
 * Reads a certificate and its private key from PEM texts, which may be the same.
 *
 * Errors: `invalid-argument`; the sentence names the files and quotes nothing of them.
 */
export function readCertificateKey(
  certificate: { readonly path: string; readonly text: string },
  privateKey: { readonly path: string; readonly text: string },
): CertificateKey {
  const invalid = (detail: string) => new ConnectorError('invalid-argument', 'configuration', detail)
  let parsed: X509Certificate
  try {
    parsed = new X509Certificate(certificate.text)
  } catch {
    throw invalid(`certificate_file: the file ${certificate.path} holds no certificate in PEM form`)
  }
  let key: KeyObject
  try {
    key = createPrivateKey(privateKey.text)
  } catch {
    throw invalid(`the file ${privateKey.path} holds no private key in PEM form without a passphrase`)
  }
  if (key.asymmetricKeyType !== 'rsa')
    throw invalid(`the private key in the file ${privateKey.path} must be an RSA key; Entra ID takes no other`)
  if (!parsed.checkPrivateKey(key))
    throw invalid(
      `the private key in the file ${privateKey.path} is not that of the certificate in ${certificate.path}`,
    )
  return { thumbprint: Buffer.from(parsed.fingerprint256.replaceAll(':', ''), 'hex').toString('base64url'), key }
}

/**
 * A signed statement that we are this client, as a compact JWS that holds for ten minutes.
 *
 * Source: "Microsoft identity platform application authentication certificate credentials" (PS256, `x5t#S256`).
 */
export async function signClientAssertion(
  clientId: string,
  audience: string,
  { thumbprint, key }: CertificateKey,
  ambient: { readonly clock: Clock; readonly random: RandomBytes },
): Promise<string> {
  const now = Math.floor(ambient.clock.now().getTime() / 1000)
  return new SignJWT({ jti: Buffer.from(ambient.random(16)).toString('hex') })
    .setProtectedHeader({ alg: 'PS256', typ: 'JWT', 'x5t#S256': thumbprint })
    .setIssuer(clientId)
    .setSubject(clientId)
    .setAudience(audience)
    .setIssuedAt(now)
    .setNotBefore(now)
    .setExpirationTime(now + LIFETIME)
    .sign(key)
}
