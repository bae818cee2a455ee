import { createTransport } from '../../src/sdk/http/transport.ts'
import { GraphOptions } from '../../src/scim/sources/graph/options.ts'
import { GraphSource } from '../../src/scim/sources/graph/graph-source.ts'
import type { Kind } from '../../src/scim/model.ts'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type GraphService, type GraphServiceOptions, startGraphService } from '../graph-service/index.ts'
import { SourceImage } from './source-image.ts'

/** A running service, a source that reads it, and a folder with the secrets. */
export interface GraphPlace {
  readonly service: GraphService
  readonly image: SourceImage
  readonly folder: string
  source(settings?: SourceSettings): GraphSource
  [Symbol.asyncDispose](): Promise<void>
}

export interface SourceSettings {
  readonly credential?: GraphOptions['credential']
  readonly everybody?: boolean
  readonly attributes?: Partial<Record<Kind, readonly string[]>>
  readonly graphUrl?: string
  readonly tenant?: string
}

export async function graphPlace(options: GraphServiceOptions = {}): Promise<GraphPlace> {
  const service = await startGraphService(options)
  const folder = mkdtempSync(join(tmpdir(), 'graph-'))
  writeFileSync(join(folder, 'secret'), `${service.registration.secret}\n`)
  return {
    service,
    image: new SourceImage(),
    folder,
    source({ credential, everybody = false, attributes = {}, graphUrl, tenant }: SourceSettings = {}) {
      return new GraphSource({
        options: GraphOptions.parse({
          type: 'graph',
          tenant: tenant ?? service.registration.tenant,
          clientId: service.registration.clientId,
          credential: credential ?? { clientSecretFile: 'secret' },
          ...(!everybody && { application: service.application }),
          graphUrl: graphUrl ?? service.graphUrl,
          loginUrl: service.loginUrl,
        }),
        attributes: { user: [], group: [], ...attributes },
        transport: createTransport({ timeoutMs: 10_000, env: {} }),
        random: (length) => new Uint8Array(length).fill(7),
        retry: { attempts: 3, attemptsIfMalformed: 2, firstWaitMs: 1, mostWaitMs: 1 },
        userAgent: 'test/1',
        resolvePath: (path) => join(folder, path),
      })
    },
    async [Symbol.asyncDispose]() {
      await service.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
