import { createPrivateKey, createPublicKey } from 'node:crypto'
import { ConnectorError } from '../../ground/errors.ts'
import type { Secret } from '../../ground/secret.ts'

/** A client id: `<name>@<host>[:<port>]/<rest>`. */
export interface ClientId {
  /** All of it, which is what the platform knows the client by. */
  readonly text: string
  readonly name: string
  /** Host and, where given, port. */
  readonly host: string
}

/** An Ed25519 key pair as a JWK. It never reaches a text. */
export interface ClientSecret {
  readonly jwk: {
    readonly kty: 'OKP'
    readonly crv: 'Ed25519'
    readonly x: string
    readonly d: string
    readonly kid?: string | undefined
  }
}

/** What is wrong with a credential. */
interface Problem {
  readonly problem: string
}

const ID = '--client-id (BATON_CLIENT_ID)'
const SECRET = '--client-secret (BATON_CLIENT_SECRET)'

/**
 * Reads a client id. Space around it is passed over.
 *
 * Errors: `invalid-argument`, in a sentence that names the flag.
 * Source: baton-sdk `pkg/ugrpc/c1_credential_provider.go`, which splits at the first `@` and behind it at the first `/`.
 */
export function parseClientId(given: string): ClientId {
  const read = readClientId(given)
  if ('problem' in read) throw invalid(`${ID}: ${read.problem}`)
  return read
}

/** As `parseClientId`, with what is wrong as the end of a sentence that begins with the name of the setting. */
export function readClientId(given: string): ClientId | Problem {
  const text = given.trim()
  const at = text.indexOf('@')
  const slash = text.indexOf('/', at + 1)
  const host = at < 0 || slash < 0 ? undefined : parseHost(text.slice(at + 1, slash))
  if (host === undefined)
    return { problem: 'must look like name-12345@tenant.conductor.one/abc, as the platform shows it' }
  return { text, name: text.slice(0, at), host }
}

/** A host name or address with or without a port, in lower case; `undefined` for anything else. */
export function parseHost(text: string): string | undefined {
  if (/[\s/?#@\\]/.test(text) || !URL.canParse(`https://${text}`)) return undefined
  return new URL(`https://${text}`).host
}

/**
 * The parts of a JWK that are used; `undefined` where it is no private Ed25519 key.
 *
 * Why by hand: a setting is checked before anything large is loaded, as for `--help`.
 */
function readJwk(document: object): ClientSecret['jwk'] | undefined {
  const { kty, crv, x, d, kid } = document as Readonly<Record<string, unknown>>
  if (kty !== 'OKP' || crv !== 'Ed25519' || typeof x !== 'string' || typeof d !== 'string') return undefined
  return { kty, crv, x, d, ...(typeof kid === 'string' && kid !== '' && { kid }) }
}

/**
 * Reads a client secret, `secret-token:conductorone.com:v1:<base64url of a JWK>`. Space around it is passed over.
 *
 * Errors: `invalid-argument`, in a sentence that names the flag and nothing of the secret.
 * Source: baton-sdk `pkg/crypto/client_secret.go`, which looks at the number of the parts and at the third alone.
 */
export function parseClientSecret(given: Secret): ClientSecret {
  const read = readClientSecret(given)
  if ('problem' in read) throw invalid(`${SECRET}: ${read.problem}`)
  return read
}

/** As `parseClientSecret`, with what is wrong as the end of a sentence that begins with the name of the setting. */
export function readClientSecret(given: Secret): ClientSecret | Problem {
  const [, , version, data, ...rest] = given.reveal().trim().split(':')
  if (data === undefined || rest.length > 0)
    return { problem: 'must look like secret-token:conductorone.com:v1:…, as the platform showed it once' }
  if (version !== 'v1') return { problem: 'is of another version than v1; update this program' }
  const document = parseJson(data)
  if (document === undefined) return { problem: 'cannot be decoded; was it copied whole?' }
  const jwk = typeof document === 'object' && document !== null ? readJwk(document) : undefined
  if (!jwk) return { problem: 'holds no private Ed25519 key' }
  if (!isPair(jwk)) return { problem: 'holds a damaged key; was it copied whole?' }
  return { jwk }
}

function parseJson(data: string): unknown {
  if (!/^[\w-]+=*$/.test(data)) return undefined
  try {
    return JSON.parse(Buffer.from(data, 'base64url').toString('utf8'))
  } catch {
    return undefined
  }
}

/** Whether `x` is the public half of `d`. Where it is not, every signature would be refused without a word why. */
function isPair(jwk: ClientSecret['jwk']): boolean {
  try {
    const key = createPrivateKey({ key: { ...jwk }, format: 'jwk' })
    return createPublicKey(key).export({ format: 'jwk' }).x === jwk.x
  } catch {
    return false
  }
}

const invalid = (detail: string): ConnectorError => new ConnectorError('invalid-argument', 'configuration', detail)
