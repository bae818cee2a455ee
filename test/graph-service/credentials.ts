import { X509Certificate } from 'node:crypto'
import { jwtVerify } from 'jose'

/** The application as the tenant knows it. */
export interface Registration {
  readonly tenant: string
  readonly clientId: string
  secret: string
  /** PEM of the certificate that was uploaded. */
  readonly certificate?: string
  /** The token that a federated credential takes. */
  readonly federatedToken?: string
}

export interface Refusal {
  readonly status: number
  readonly error: string
  readonly code: number
}

const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

/** Judges a request for a token as Entra ID does; `undefined` where it is good. */
export async function judgeTokenRequest(
  form: URLSearchParams,
  tenant: string,
  audience: string,
  app: Registration,
): Promise<Refusal | undefined> {
  const refuse = (status: number, error: string, code: number): Refusal => ({ status, error, code })
  if (tenant !== app.tenant) return refuse(400, 'invalid_request', 90002)
  if (form.get('client_id') !== app.clientId) return refuse(400, 'unauthorized_client', 700016)
  if (form.get('grant_type') !== 'client_credentials') return refuse(400, 'unsupported_grant_type', 70003)
  if (!form.get('scope')?.endsWith('/.default')) return refuse(400, 'invalid_scope', 70011)
  const secret = form.get('client_secret')
  if (secret !== null) return secret === app.secret ? undefined : refuse(401, 'invalid_client', 7000215)
  const assertion = form.get('client_assertion')
  if (form.get('client_assertion_type') !== ASSERTION_TYPE || assertion === null)
    return refuse(401, 'invalid_client', 7000216)
  if (assertion === app.federatedToken) return undefined
  return (await isSignedBy(app, assertion, audience)) ? undefined : refuse(401, 'invalid_client', 700027)
}

async function isSignedBy(
  { certificate, clientId }: Registration,
  assertion: string,
  audience: string,
): Promise<boolean> {
  if (certificate === undefined) return false
  const known = new X509Certificate(certificate)
  try {
    const { protectedHeader } = await jwtVerify(assertion, known.publicKey, {
      algorithms: ['PS256'],
      issuer: clientId,
      subject: clientId,
      audience,
      requiredClaims: ['jti', 'nbf', 'exp'],
      currentDate: new Date(
        Number(JSON.parse(Buffer.from(assertion.split('.')[1] ?? '', 'base64url').toString()).nbf) * 1000,
      ),
    })
    const thumbprint = Buffer.from(known.fingerprint256.replaceAll(':', ''), 'hex').toString('base64url')
    return protectedHeader['x5t#S256'] === thumbprint
  } catch {
    return false
  }
}
