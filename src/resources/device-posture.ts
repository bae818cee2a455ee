import { z } from 'zod'
import type { Call, IdLister, ListPage, ResourceSyncer, TargetedGetter } from '../sdk/contract/syncer.ts'
import { ConnectorError } from '../sdk/ground/errors.ts'
import type { Profile, Resource } from '../sdk/model/model.ts'
import type { Query, TwingateClient } from '../twingate/client.ts'
import { countedConnectionOf } from '../twingate/connection.ts'
import { fragmentOn, lackable } from '../twingate/optional-fields.ts'
import { changeRetryPolicy, persist } from '../sdk/pacing/send-or-look.ts'
import { readWholeList, type WholeListQuery } from './read-whole-list.ts'
import { isUnknown } from './where-known.ts'

const Seen = z.object({ id: z.string().min(1), lastSuccessfulLoginAt: z.string().nullish() })

const DevicesSeen: WholeListQuery<z.infer<typeof Seen>> = {
  operation: 'DevicesSeen',
  document: `query DevicesSeen($first: Int!, $after: String) {
    things: devices(first: $first, after: $after) {
      totalCount pageInfo { hasNextPage endCursor } edges { cursor node { ...SeenFields } }
    }
  }\n${fragmentOn('SeenFields', 'Device', ['id', 'lastSuccessfulLoginAt'])}`,
  answer: z.object({ things: countedConnectionOf(Seen) }),
  lacks: new Set(lackable('Device', Seen)),
}

const Satisfied = z.object({ isSatisfied: z.boolean().nullish() }).nullish()
const Verified = z.object({ isVerified: z.boolean().nullish() }).nullish()

const Posture = z.object({
  hardDriveEncryption: Satisfied,
  screenLockPasscode: Satisfied,
  firewall: Satisfied,
  biometric: Satisfied,
  antivirus: Satisfied,
  crowdstrike: Verified,
  jamf: Verified,
  kandji: Verified,
  inTune: Verified,
  sentinelOne: Verified,
  onePassword: Verified,
})
type Posture = z.infer<typeof Posture>

/** Source: twingate-depth.md §1.2, row 7. */
const DevicePosture: Query<{ posture: Posture | null }> = {
  operation: 'DevicePosture',
  document: `query DevicePosture($id: ID!) { posture: devicePosture(id: $id) { ...PostureFields } }\n${fragmentOn(
    'PostureFields',
    'DevicePosture',
    [
      ...['hardDriveEncryption', 'screenLockPasscode', 'firewall', 'biometric', 'antivirus'].map(
        (check) => `${check} { isSatisfied }`,
      ),
      ...['crowdstrike', 'jamf', 'kandji', 'inTune', 'sentinelOne', 'onePassword'].map(
        (check) => `${check} { isVerified }`,
      ),
    ],
  )}`,
  answer: z.object({ posture: Posture.nullable() }),
  lacks: new Set(lackable('DevicePosture', Posture)),
}

/** Every document of this file, for the test that checks them against the schema. */
export const devicePostureQueries = [DevicesSeen, DevicePosture]

/** Reads a minute that Twingate publishes. */
const READS_A_MINUTE = 60

/**
 * A syncer of devices that also reads the posture of the `most` devices that were seen last. The API gives it for one device a request.
 *
 * Shape: what a check says is in the profile under `posture_…`; a device beyond the budget, and a check that Twingate does not know, have nothing there.
 * Errors: as the syncer's own; a posture that cannot be read keeps the page from being whole.
 */
export function withPosture<S extends ResourceSyncer & TargetedGetter & IdLister>(
  client: TwingateClient,
  syncer: S,
  most: number,
): S {
  let chosen: Promise<ReadonlySet<string>> | undefined
  let known = new Map<string, Profile>()
  /** Whether the API said that it does not know posture. */
  let isMissing = false

  /** Chosen anew by every sync, and again where that failed. */
  const choose = (call: Call, isFirst: boolean): Promise<ReadonlySet<string>> => {
    if (isFirst) known = new Map()
    if (isFirst || !chosen) {
      const choice = lastSeen(client, most, call)
      chosen = choice
      choice.catch(() => (chosen = undefined))
    }
    return chosen ?? Promise.resolve(new Set())
  }
  const readPosture = async (id: string, call: Call): Promise<Profile> => {
    const before = isMissing ? {} : known.get(id)
    if (before) return before
    const profile = await postureOf(client, id, call).catch((caught: unknown) => {
      if (!isUnknown(ConnectorError.from(caught, syncer.type.id), 'devicePosture')) throw caught
      call.log.warn('the Admin API does not know the posture of devices; none is read')
      isMissing = true
      return {}
    })
    known.set(id, profile)
    return profile
  }
  const added = async (resource: Resource, call: Call): Promise<Resource> => ({
    ...resource,
    profile: { ...resource.profile, ...(await readPosture(resource.id.id, call)) },
  })
  /** One after the other: the rate limit would hold them back all the same. */
  const addedTo = async (page: ListPage, ids: ReadonlySet<string>, call: Call): Promise<ListPage> => {
    const resources: Resource[] = []
    for (const resource of page.resources)
      resources.push(ids.has(resource.id.id) ? await added(resource, call) : resource)
    return { ...page, resources }
  }
  return Object.freeze({
    ...syncer,
    async list(call: Parameters<S['list']>[0]) {
      const ids = await choose(call, call.token === '')
      return addedTo(await syncer.list(call), ids, call)
    },
    // Whoever asks for one device wants to know all of it.
    async get(id: string, call: Parameters<S['get']>[1]) {
      const page = await syncer.get(id, call)
      return page && addedTo(page, new Set([id]), call)
    },
    async getMany(wanted: readonly string[], call: Parameters<S['getMany']>[1]) {
      const ids = await choose(call, false)
      const pages = await syncer.getMany(wanted, call)
      return Promise.all(pages.map(async (page) => page && addedTo(page, ids, call)))
    },
  })
}

/** Gives the devices that were seen last. Logs the cost before the first posture is read. */
async function lastSeen(client: TwingateClient, most: number, call: Call): Promise<ReadonlySet<string>> {
  const devices = await readWholeList(client, DevicesSeen, {}, call).catch((caught: unknown) => {
    // The listing itself says so, with a warning.
    if (isUnknown(ConnectorError.from(caught, 'device'), 'devices')) return []
    throw caught
  })
  const time = ({ lastSuccessfulLoginAt }: z.infer<typeof Seen>): number => Date.parse(lastSuccessfulLoginAt ?? '') || 0
  const chosen = devices.toSorted((a, b) => time(b) - time(a)).slice(0, most)
  if (chosen.length > 0)
    call.log.info('the posture of devices is read, those seen last first; it costs one request each', {
      devices: chosen.length,
      minutes: Math.ceil(chosen.length / READS_A_MINUTE),
      left_without: devices.length - chosen.length,
    })
  return new Set(chosen.map(({ id }) => id))
}

const NAMES: Readonly<Record<keyof Posture, string>> = {
  hardDriveEncryption: 'posture_hard_drive_encryption',
  screenLockPasscode: 'posture_screen_lock',
  firewall: 'posture_firewall',
  biometric: 'posture_biometric',
  antivirus: 'posture_antivirus',
  crowdstrike: 'posture_crowdstrike',
  jamf: 'posture_jamf',
  kandji: 'posture_kandji',
  inTune: 'posture_intune',
  sentinelOne: 'posture_sentinelone',
  onePassword: 'posture_1password',
}

async function postureOf(client: TwingateClient, id: string, call: Call): Promise<Profile> {
  // A page takes as many of these requests as it has devices, so one that fails must not cost the others.
  const { posture } = await persist(() => client.query(DevicePosture, { id }, call), {
    ...{ operation: DevicePosture.operation, retry: changeRetryPolicy, call },
  })
  const checks = Object.entries(posture ?? {}) as readonly (readonly [keyof Posture, Posture[keyof Posture]])[]
  return Object.fromEntries(
    checks.flatMap(([check, found]) => {
      const value =
        found && ('isSatisfied' in found ? found.isSatisfied : 'isVerified' in found ? found.isVerified : null)
      return value === null || value === undefined ? [] : [[NAMES[check], value] as const]
    }),
  )
}
