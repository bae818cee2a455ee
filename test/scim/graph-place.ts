import type { GraphOptions } from '../../src/scim/sources/graph/options.ts'
import { openSource } from '../../src/scim/sources/open-source.ts'
import { SourceOptions } from '../../src/scim/sources/options.ts'
import type { Source } from '../../src/scim/source.ts'
import type { Kind } from '../../src/scim/model.ts'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type GraphService, type GraphServiceOptions, startGraphService } from '../graph-service/index.ts'
import { sourceParts } from '../support/scim/source-parts.ts'
import { SourceImage } from './source-image.ts'

/** A running service, a source that reads it, and a folder with the secrets. */
export interface GraphPlace {
  readonly service: GraphService
  readonly image: SourceImage
  readonly folder: string
  source(settings?: SourceSettings): Promise<Source>
  [Symbol.asyncDispose](): Promise<void>
}

export interface SourceSettings {
  readonly credential?: GraphOptions['credential']
  readonly everybody?: boolean
  readonly attributes?: Partial<Record<Kind, readonly string[]>>
  readonly graphUrl?: string
  readonly tenant?: string
}

export async function graphPlace(habits: GraphServiceOptions = {}): Promise<GraphPlace> {
  const service = await startGraphService(habits)
  const folder = mkdtempSync(join(tmpdir(), 'graph-'))
  writeFileSync(join(folder, 'secret'), `${service.registration.secret}\n`)
  return {
    service,
    image: new SourceImage(),
    folder,
    source({ credential, everybody = false, attributes = {}, graphUrl, tenant }: SourceSettings = {}) {
      const options = SourceOptions.parse({
        type: 'graph',
        tenant: tenant ?? service.registration.tenant,
        clientId: service.registration.clientId,
        credential: credential ?? { clientSecretFile: 'secret' },
        ...(!everybody && { application: service.application }),
        graphUrl: graphUrl ?? service.graphUrl,
        loginUrl: service.loginUrl,
      })
      return openSource(options, sourceParts(folder, { attributes: { user: [], group: [], ...attributes } }))
    },
    async [Symbol.asyncDispose]() {
      await service.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
