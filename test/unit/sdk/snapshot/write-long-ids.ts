/** Child process of the tests of a full temporary folder: one sync into the folder given, with indexes too large to be sorted in memory. */
import { group, member, membership, storeAt, TYPES, user } from './rows.ts'

const GROUPS = 100
const USERS = 170
const long = (name: string, index: number): string => `${name}${String(index)}`.padEnd(900, '-')

const writer = await storeAt(process.argv[2] ?? '').begin('full', () => false)
const groups = Array.from({ length: GROUPS }, (_, index) => long('g', index))
writer.write(
  { resourceTypes: TYPES, resources: groups.map((id) => group(id)), entitlements: groups.map((id) => member(id)) },
  'groups',
)
for (let index = 0; index < USERS; index++) {
  const id = long('u', index)
  writer.write({ resources: [user(id)], grants: groups.map((of) => membership(id, of)) }, String(index))
}
await writer.finish()
process.stdout.write(writer.syncId)
