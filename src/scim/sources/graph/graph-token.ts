import { z } from 'zod'
import { ConnectorError, type ErrorCode } from '../../../sdk/ground/errors.ts'
import { formRequest } from '../../../sdk/http/form-request.ts'
import type { HttpAnswer, Transport } from '../../../sdk/http/transport.ts'
import type { Clock, RandomBytes } from '../../../sdk/ground/ports.ts'
import { Secret } from '../../../sdk/ground/secret.ts'
import { readSecretText } from '../secret-text.ts'
import { readCertificateKey, signClientAssertion } from './client-assertion.ts'
import { parseJson } from './parse-json.ts'
import type { GraphOptions } from './options.ts'

const OPERATION = 'sign in to Microsoft Entra ID'

/** A token is not used in its last minutes, so that no request meets its end. */
const RESERVE_MS = 5 * 60_000

const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

export interface TokenParts {
  readonly options: Pick<GraphOptions, 'tenant' | 'clientId' | 'credential' | 'graphUrl' | 'loginUrl'>
  readonly random: RandomBytes
  readonly userAgent: string
  /** Turns a path of the settings into one that can be opened. */
  readonly resolvePath: (path: string) => string
}

/** What a request for a token takes from the call it is part of. */
export interface TokenCall {
  readonly send: Transport
  readonly clock: Clock
  readonly signal: AbortSignal
}

const TokenAnswer = z.object({
  // What a header can hold; anything else would fail later and in other words.
  access_token: z.string().regex(/^[\x21-\x7e]+$/),
  expires_in: z.coerce.number().positive().catch(600),
})

const Refusal = z.object({
  error: z.string(),
  error_description: z.string().catch(''),
  error_codes: z.array(z.number()).catch([]),
})

/**
 * Tokens for Microsoft Graph by client credentials. The secret, key or federated token is read from its file for every new token, so that it can
 * be exchanged while the program runs.
 *
 * Errors of `get`: `unauthenticated` for a credential that is refused, `invalid-argument` for a tenant or application that does not exist and for
 * files that cannot be used, `unavailable` for what may pass.
 */
export class GraphTokens {
  readonly #parts: TokenParts
  #token: { readonly value: Secret; readonly goodUntil: number } | undefined
  #pending: Promise<Secret> | undefined

  constructor(parts: TokenParts) {
    this.#parts = parts
  }

  /** The token in use, or a new one; requests at the same time share one. */
  get(call: TokenCall): Promise<Secret> {
    if (this.#token && call.clock.now().getTime() < this.#token.goodUntil) return Promise.resolve(this.#token.value)
    this.#pending ??= this.#request(call).finally(() => (this.#pending = undefined))
    return this.#pending
  }

  /** Throws away a token that was refused. */
  drop(refused: Secret): void {
    if (this.#token?.value === refused) this.#token = undefined
  }

  async #request({ send, clock, signal }: TokenCall): Promise<Secret> {
    const { options, userAgent } = this.#parts
    const url = new URL(`${options.loginUrl.replace(/\/+$/, '')}/${options.tenant}/oauth2/v2.0/token`)
    const fields = {
      client_id: options.clientId,
      scope: `${new URL(options.graphUrl).origin}/.default`,
      grant_type: 'client_credentials',
      ...(await this.#proof(url.href, clock)),
    }
    const sent = clock.now().getTime()
    const answer = await send(formRequest(url, fields, { userAgent, signal }))
    if (answer.status !== 200) throw refusalOf(answer, url.host)
    const parsed = TokenAnswer.safeParse(parseJson(answer.body))
    if (!parsed.success)
      throw new ConnectorError(
        'unavailable',
        OPERATION,
        `the answer of ${url.host} holds no token; if it stays, check login_url and the proxy settings`,
        undefined,
        'malformed answer',
      )
    const lifeMs = parsed.data.expires_in * 1000
    const value = new Secret(parsed.data.access_token)
    this.#token = { value, goodUntil: sent + lifeMs - Math.min(RESERVE_MS, lifeMs / 2) }
    return value
  }

  async #proof(audience: string, clock: Clock): Promise<Readonly<Record<string, string>>> {
    const { options, random, resolvePath } = this.#parts
    const { credential } = options
    const read = (setting: string, path: string) => readSecretText(setting, resolvePath(path), path)
    if ('clientSecretFile' in credential)
      return { client_secret: await read('client_secret_file', credential.clientSecretFile) }
    if ('federatedTokenFile' in credential)
      return {
        client_assertion_type: ASSERTION_TYPE,
        client_assertion: await read('federated_token_file', credential.federatedTokenFile),
      }
    const { certificateFile, privateKeyFile = certificateFile } = credential
    const certificate = { path: certificateFile, text: await read('certificate_file', certificateFile) }
    const privateKey = { path: privateKeyFile, text: await read('private_key_file', privateKeyFile) }
    const pair = readCertificateKey(certificate, privateKey)
    return {
      client_assertion_type: ASSERTION_TYPE,
      client_assertion: await signClientAssertion(options.clientId, audience, pair, { clock, random }),
    }
  }
}

/** What the numbers of Entra ID mean for whoever reads the sentence. Source: "Microsoft Entra authentication and authorization error codes". */
const MEANINGS: ReadonlyMap<number, readonly [ErrorCode, string]> = new Map([
  [90002, ['invalid-argument', 'there is no such tenant; check tenant']],
  [900023, ['invalid-argument', 'there is no such tenant; check tenant']],
  [700016, ['invalid-argument', 'the tenant knows no such application; check client_id and tenant']],
  [7000215, ['unauthenticated', 'the client secret is wrong; use the value of the secret, not its id']],
  [7000222, ['unauthenticated', 'the client secret has expired; make a new one']],
  [700027, ['unauthenticated', 'the certificate is not one of the application; upload it to the app registration']],
  [7000112, ['failed-precondition', 'the application is disabled in the tenant']],
  [700213, ['unauthenticated', 'no federated credential of the application fits the token']],
  [70021, ['unauthenticated', 'no federated credential of the application fits the token']],
  [700024, ['unauthenticated', 'the assertion is not valid at this time; check the clock of this machine']],
] as const)

function refusalOf(answer: HttpAnswer, host: string): ConnectorError {
  const { status } = answer
  if (status >= 500 || status === 408)
    return new ConnectorError(
      'unavailable',
      OPERATION,
      `${host} answered with HTTP ${status}`,
      undefined,
      `http ${status}`,
    )
  const refusal = Refusal.safeParse(parseJson(answer.body))
  if (!refusal.success)
    return new ConnectorError(
      status === 404 ? 'invalid-argument' : 'unavailable',
      OPERATION,
      `${host} answered with HTTP ${status} and no reason; check login_url and the proxy settings`,
      undefined,
      `http ${status}`,
    )
  const { error, error_description: description, error_codes: codes } = refusal.data
  const [code, meaning] = codes.map((number) => MEANINGS.get(number)).find((known) => known !== undefined) ?? []
  const number = codes[0] === undefined ? error : `AADSTS${codes[0]}`
  // Its first line says what is wrong, the others are trace ids.
  const words = meaning ?? (description.split('\n', 1)[0] ?? '').slice(0, 300)
  return new ConnectorError(
    code ?? (error === 'invalid_client' ? 'unauthenticated' : 'invalid-argument'),
    OPERATION,
    `${host} refused the credentials (${number}): ${words}`,
  )
}
