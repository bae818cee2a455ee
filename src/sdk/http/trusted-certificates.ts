import { readFileSync } from 'node:fs'
import { getCACertificates } from 'node:tls'
import { ConnectorError } from '../errors.ts'

/**
 * The certificates to trust where SSL_CERT_FILE names a file: Node's own, which hold those of NODE_EXTRA_CA_CERTS, and those of the file.
 * `undefined` without the variable: Node's own are the default everywhere.
 *
 * Errors: `invalid-argument` for a file that cannot be read or holds no certificate.
 * Why: Go connectors read SSL_CERT_FILE, Node does not.
 */
export function trustedCertificates(env: Readonly<Record<string, string | undefined>>): readonly string[] | undefined {
  const path = env['SSL_CERT_FILE']
  if (!path) return undefined
  const text = readText(path)
  if (!text.includes('-----BEGIN CERTIFICATE-----'))
    throw new ConnectorError('invalid-argument', 'configuration', `SSL_CERT_FILE: no certificates in the file ${path}`)
  return [...getCACertificates('default'), text]
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown reason'
    throw new ConnectorError(
      'invalid-argument',
      'configuration',
      `SSL_CERT_FILE: the file ${path} cannot be read (${code})`,
    )
  }
}
