/**
 * Writes one sync into the file through the real store and prints what it took as one line of JSON. Usage: `FILE USERS GROUPS [CHANGED]`; of so
 * many users the name and one membership are other than in a sync without it.
 */
import { randomBytes } from 'node:crypto'

import { keepProcessSmall } from '../src/sdk/cli/v8-memory.ts'
import { silentLogger } from '../src/sdk/ground/ports.ts'
import { createSnapshotStore } from '../src/sdk/snapshot/write/snapshot-store.ts'
import { group, memberships, TYPES, user } from './write-rows.ts'

keepProcessSmall()
const PAGE = 100
const [file = '', users, groups, changed] = [
  process.argv[2],
  Number(process.argv[3]),
  Number(process.argv[4]),
  Number(process.argv[5] ?? 0),
]

const cpu = process.cpuUsage()
const start = performance.now()
const store = createSnapshotStore({
  file,
  clock: { now: () => new Date(), monotonicMs: () => performance.now() },
  random: (length) => randomBytes(length),
  log: silentLogger,
})
const writer = await store.begin('full', () => false)
const begun = performance.now()
const rssBegun = process.resourceUsage().maxRSS
writer.write({ resourceTypes: TYPES }, 'types')
const made = Array.from({ length: groups }, (_, index) => group(index))
for (let at = 0; at < groups; at += PAGE) {
  const page = made.slice(at, at + PAGE)
  const rows = { resources: page.map(({ resource }) => resource), entitlements: page.map((row) => row.entitlement) }
  writer.write(rows, `groups ${at}`)
}
const groupIds = made.map(({ resource }) => resource.id.id)
for (let at = 0; at < users; at += PAGE) {
  const resources = Array.from({ length: Math.min(PAGE, users - at) }, (_, offset) => {
    const one = user(at + offset)
    return at + offset < changed ? { ...one, displayName: `${one.displayName} changed` } : one
  })
  const grants = resources.flatMap(({ id }, offset) =>
    [...memberships(id, at + offset, groupIds)].slice(at + offset < changed ? 1 : 0),
  )
  writer.write({ resources, grants }, `users ${at}`)
}
const collected = performance.now()
const rssCollected = process.resourceUsage().maxRSS
const { bytes } = await writer.finish()
const finished = performance.now()
const used = process.cpuUsage(cpu)
console.log(
  JSON.stringify({
    wallSeconds: (finished - start) / 1000,
    cpuSeconds: (used.user + used.system) / 1e6,
    maxRssBytes: process.resourceUsage().maxRSS * 1024,
    fileBytes: bytes,
    beginSeconds: (begun - start) / 1000,
    collectSeconds: (collected - begun) / 1000,
    rssMiB: [rssBegun, rssCollected].map((k) => k >> 10),
    finishSeconds: (finished - collected) / 1000,
  }),
)
