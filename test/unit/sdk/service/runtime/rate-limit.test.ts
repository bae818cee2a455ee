import { expect, it } from 'vitest'
import { createSourceWaits } from '../../../../../src/sdk/service/runtime/source-waits.ts'
import { connectorFor, realTime, startDaemon, sync } from '../../../../support/run-daemon-with.ts'
import { groupCalled, person, tenantOf } from '../../../../tenant/tenant-of.ts'

const PEOPLE = ['Ada', 'Chen', 'Emil', 'Goran', 'Kofi', 'Arjun', 'Bella']
const WINDOW_MS = 5_000

it('grants that wait for the rate limit hold up neither a sync nor anything else, and all are made within the one budget', async () => {
  const server = await tenantOf({ limits: { model: 'fixed', reads: 60, writes: 3, windowMs: WINDOW_MS } })
  const waits = createSourceWaits()
  const daemon = startDaemon({ connector: connectorFor(server, realTime, waits.waiting), waits, taskConcurrency: 100 })
  const { peer } = daemon
  const group = groupCalled(server, 'Nobody yet')
  const resource = { type: 'group', id: group.id }
  const grants = PEOPLE.map((name) =>
    peer.add({
      kind: 'grant',
      entitlement: { id: `group:${group.id}:member`, slug: 'member', resource },
      principal: { type: 'user', id: person(server, name).id },
    }),
  )
  await peer.when(() => daemon.state().running.some(({ progress }) => progress?.waitingUntil !== undefined))
  const waiting = daemon.state().running.find(({ progress }) => progress?.waitingUntil !== undefined)
  expect(waiting?.progress).toMatchObject({ phase: 'working', waitingUntil: expect.any(Date) as Date })

  const others = [peer.add(sync), peer.add({ kind: 'list-actions', resourceType: '' })]
  await peer.when(() => others.every((id) => peer.results(id).length > 0))
  expect(grants.filter((id) => peer.results(id).length === 0)).not.toEqual([])

  await peer.allFinished()
  await daemon.stop()
  expect(grants.map((id) => peer.results(id)[0]?.kind)).toEqual(PEOPLE.map(() => 'success'))
  const members = server.tenant.users.filter(({ groups }) => groups.includes(group))
  expect(members.map(({ firstName }) => firstName).sort()).toEqual([...PEOPLE].sort())
  const refused = server.requests.filter(({ mutation, limited }) => mutation && limited)
  expect(refused.length).toBeLessThanOrEqual(PEOPLE.length)
  expect(peer.violations).toEqual([])
})
