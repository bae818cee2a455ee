import { z } from 'zod'
import type { ClientCall, TwingateClient } from '../twingate/client.ts'
import { countedConnectionOf } from '../twingate/connection.ts'
import { readWholeList, type WholeListQuery } from './read-whole-list.ts'

/** What decides what can be done with a device. */
export const Device = z.object({
  id: z.string().min(1),
  name: z.string().nullish(),
  activeState: z.string(),
  isTrusted: z.boolean(),
  user: z.object({ id: z.string() }).nullish(),
})
export type Device = Readonly<z.infer<typeof Device>>

const DevicesInUse: WholeListQuery<Device> = {
  operation: 'DevicesInUse',
  document: `query DevicesInUse($first: Int!, $after: String, $states: [DeviceActiveState!]) {
    things: devices(first: $first, after: $after, filter: { activeState: { in: $states } }) {
      totalCount pageInfo { hasNextPage endCursor } edges { cursor node { id name activeState isTrusted user { id } } }
    }
  }`,
  answer: z.object({ things: countedConnectionOf(Device) }),
}

/** Every document of this file, for the test that checks them against the schema. */
export const deviceLookupQueries = [DevicesInUse]

/** Devices of a user that are not archived. Errors: as `readWholeList`. */
export const devicesOf = async (client: TwingateClient, user: string, call: ClientCall): Promise<readonly Device[]> =>
  (await readWholeList(client, DevicesInUse, { states: ['ACTIVE', 'BLOCKED'] }, call)).filter(
    (device) => device.user?.id === user,
  )
