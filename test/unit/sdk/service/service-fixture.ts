import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, onTestFinished } from 'vitest'
import { createTransport } from '../../../../src/sdk/http/transport.ts'
import type { BatonService } from '../../../../src/sdk/service/baton-service.ts'
import { createGrpcService, type GrpcServiceOptions } from '../../../../src/sdk/service/platform/grpc-service.ts'
import { silentLogger } from '../../../../src/sdk/ground/ports.ts'
import { Secret } from '../../../../src/sdk/ground/secret.ts'
import { type Certificate, type Certificates, makeCertificates } from '../../../support/certificates.ts'
import { type BatonServiceStub, startBatonService } from '../../../platform/service/start-baton-service.ts'

export const never = new AbortController().signal
export const call = { signal: never }

export const HELLO = {
  taskId: '',
  build: { langVersion: 'v24.0.0', package: 'baton-twingate', packageVersion: '0.1.0' },
  host: {
    hostname: 'h',
    os: 'linux',
    platform: 'debian',
    platformVersion: '12',
    platformFamily: 'debian',
    kernelVersion: '6.1',
    kernelArch: 'x86_64',
    virtualizationSystem: 'none',
  },
  metadata: { type: 'c1.connector.v2.ConnectorMetadata', value: { display_name: 'Twingate' } },
}

/** Certificates for the tests of one file. */
export function certificatesForFile(): () => Certificates {
  let made: Certificates | undefined
  const folder = mkdtempSync(join(tmpdir(), 'baton-twingate-service-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  return () => (made ??= makeCertificates(folder))
}

export interface Pair {
  readonly stub: BatonServiceStub
  readonly service: BatonService
}

/** A client of a service; both end with the test. `env` replaces what the client takes from the environment. */
export function connectTo(
  stub: Pick<BatonServiceStub, 'credentials'>,
  caFile: string | undefined,
  options: Partial<GrpcServiceOptions> & { readonly env?: NodeJS.ProcessEnv } = {},
): BatonService {
  const env = { ...(caFile !== undefined && { SSL_CERT_FILE: caFile }), ...options.env }
  const service = createGrpcService({
    clientId: stub.credentials.clientId,
    clientSecret: new Secret(stub.credentials.clientSecret),
    rereadSecret: () => Promise.resolve(undefined),
    hostId: 'host-1',
    version: '0.1.0',
    transportFor: (parts) => createTransport({ timeoutMs: 30_000, env, ...parts }),
    clock: { now: () => new Date(), monotonicMs: () => performance.now() },
    random: (length) => crypto.getRandomValues(new Uint8Array(length)),
    log: silentLogger,
    ...options,
    env,
  })
  onTestFinished(() => service.close())
  return service
}

export async function startStub(certificate: Certificate): Promise<BatonServiceStub> {
  const stub = await startBatonService(certificate)
  onTestFinished(async () => {
    await stub.stop()
    if (stub.problems.length > 0) throw new Error(stub.problems.join('\n'))
  })
  return stub
}
