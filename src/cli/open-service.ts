import { createTransport } from '../connector/transport.ts'
import type { BatonService } from '../daemon/baton-service.ts'
import { createGrpcService } from '../daemon/grpc-service.ts'
import { hostIdOf } from '../daemon/host-facts.ts'
import { ConnectorError } from '../sdk/errors.ts'
import type { ServeAmbient } from './commands/serve.ts'
import type { Io } from './program.ts'
import type { ServeConfig } from './settings.ts'

/** The platform that the credentials name. Nothing is sent yet. Errors: as `createGrpcService`. */
export function openService(config: ServeConfig, ambient: ServeAmbient, { log, reread }: Io): BatonService {
  const { env, clock, random, version, host } = ambient
  const { 'client-id': clientId, 'client-secret': clientSecret } = config
  if (clientId === undefined || clientSecret === undefined)
    throw new ConnectorError('internal', 'open service', 'service mode was entered without credentials')
  return createGrpcService({
    ...{ clientId, clientSecret, version, env, clock, random, log },
    rereadSecret: () => reread('client-secret'),
    hostId: hostIdOf(env, host),
    transportFor: (parts) => createTransport({ timeoutMs: config['http-timeout-seconds'] * 1000, env, ...parts }),
  })
}
