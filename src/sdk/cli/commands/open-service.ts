import { createTransport } from '../../http/transport.ts'
import type { BatonService } from '../../service/baton-service.ts'
import { createGrpcService } from '../../service/platform/grpc-service.ts'
import { hostIdOf } from '../../service/platform/host-facts.ts'
import type { Secret } from '../../ground/secret.ts'
import type { Ambient } from '../ambient.ts'
import type { Io } from '../io.ts'

export interface ClientCredentials {
  readonly id: string
  readonly secret: Secret
}

/** Time for one exchange of an assertion for a token, in milliseconds. */
const TOKEN_MS = 30_000

/**
 * The platform as the settings describe it. Nothing is sent yet. `host` is the name of this machine.
 *
 * Errors: `invalid-argument` for credentials, hosts, proxies and certificates that cannot be used.
 */
export function openService(
  { id, secret }: ClientCredentials,
  { env, clock, random, version, host }: Ambient & { readonly host: string },
  { log, reread }: Io,
  onRefused: () => void,
): BatonService {
  return createGrpcService({
    ...{ env, clock, random, version, log, onRefused },
    clientId: id,
    clientSecret: secret,
    rereadSecret: () => reread('client-secret'),
    hostId: hostIdOf(env, host),
    transportFor: (parts) => createTransport({ timeoutMs: TOKEN_MS, env, ...parts }),
  })
}
