import { ConnectorError } from '../../../sdk/ground/errors.ts'
import type { Transport } from '../../../sdk/http/transport.ts'
import type { RetryPolicy } from '../../../sdk/pacing/retry.ts'
import type { Secret } from '../../../sdk/ground/secret.ts'
import type { Source, SourceCall, SourceRead, SourceSink } from '../../source.ts'
import { openTarget } from '../../target/open-target.ts'
import { startingProfile } from '../../target/profile.ts'
import type { Target } from '../../target/target.ts'
import { findByReading } from '../find-by-reading.ts'
import { SCIM_MAPPINGS } from './mappings.ts'
import { ScimReading } from './scim-reading.ts'
import { tryServer } from './try-server.ts'

export interface ScimServer {
  readonly url: string
  /** Read anew for each read, so that it can be exchanged. */
  readonly token: () => Promise<Secret>
  readonly requestsPerSecond?: number | undefined
  readonly transport: Transport
  /** Of this program. */
  readonly version: string
  readonly retry?: RetryPolicy | undefined
}

/**
 * Users, groups and members of a SCIM server. Nothing is written there.
 *
 * Shape: a listing whose pages do not add up makes the read incomplete. SCIM tells no deletions: whoever is in no complete listing has left.
 */
export function scimSource(server: ScimServer): Source {
  const { host, origin, pathname } = new URL(server.url)
  const name = `${origin}${pathname.replace(/\/+$/, '')}`
  const read = async (sink: SourceSink, call: SourceCall): Promise<SourceRead> => {
    try {
      return await new ScimReading(await open(server, call), sink, call).read()
    } catch (error) {
      throw ofSource(ConnectorError.from(error, 'list the source'), host)
    }
  }
  return {
    type: 'scim',
    name,
    hasAssignments: false,
    defaultMappings: SCIM_MAPPINGS,
    read,
    find: (kind, reference, call) => findByReading(read, kind, reference, call),
    async test(call) {
      try {
        return await tryServer(await open(server, call), name, call.signal)
      } catch (error) {
        throw ofSource(ConnectorError.from(error, 'try the source'), host)
      }
    },
  }
}

async function open(server: ScimServer, { clock, sleep, log }: SourceCall): Promise<Target> {
  const { url, token, requestsPerSecond, transport, version, retry } = server
  return openTarget({
    ...{ url, transport, version, retry, clock, sleep, log },
    token: await token(),
    rereadToken: token,
    profile: { ...startingProfile('generic'), ...(requestsPerSecond !== undefined && { requestsPerSecond }) },
  })
}

/** Rewords errors of the client, which calls every server a target: this one is the source. */
function ofSource(error: ConnectorError, host: string): ConnectorError {
  if (error.code === 'not-found' && error.reason === 'http 404')
    return error.with({
      operation: `read ${host}`,
      detail: `there is no SCIM at this address (404); check source.url`,
    })
  return error.with({ detail: `the source: ${error.detail}` })
}
