import { createTransport } from '../../../../../src/sdk/http/transport.ts'
import { createGrpcService } from '../../../../../src/sdk/service/platform/grpc-service.ts'
import { silentLogger } from '../../../../../src/sdk/ground/ports.ts'
import { Secret } from '../../../../../src/sdk/ground/secret.ts'

// A process that uploads one file and prints the most memory that it held, in MiB. Its settings are in variables.
const { env } = process
const service = createGrpcService({
  clientId: env['CLIENT_ID']!,
  clientSecret: new Secret(env['CLIENT_SECRET']!),
  rereadSecret: () => Promise.resolve(undefined),
  hostId: 'host-1',
  version: '0.1.0',
  transportFor: (parts) => createTransport({ timeoutMs: 30_000, env, ...parts }),
  env,
  clock: { now: () => new Date(), monotonicMs: () => performance.now() },
  random: (length) => crypto.getRandomValues(new Uint8Array(length)),
  log: silentLogger,
})
await service.upload('a'.repeat(27), env['FILE']!, { signal: new AbortController().signal })
service.close()
console.log(Math.round(process.resourceUsage().maxRSS / 1024))
