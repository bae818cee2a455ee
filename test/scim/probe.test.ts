import { randomBytes } from 'node:crypto'
import { setTimeout } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { createTransport } from '../../src/sdk/http/transport.ts'
import { silentLogger } from '../../src/sdk/ground/ports.ts'
import { Secret } from '../../src/sdk/ground/secret.ts'
import { probeTarget } from '../../src/scim/target/probe.ts'
import { startingProfile, type TargetProfile } from '../../src/scim/target/profile.ts'
import { describeScim } from '../scim-targets/describe-scim.ts'
import { readWhole, SCIM_TARGETS, type ScimTargetName } from '../scim-targets/index.ts'
import { openThrough } from '../scim-targets/open-through.ts'

const { signal } = new AbortController()

const LEARNED: Partial<Record<ScimTargetName, Partial<TargetProfile>>> = {
  'scim2-server': {
    filters: ['user.externalId', 'user.userName', 'group.externalId', 'group.displayName'],
    etag: true,
  },
  'better-auth': {
    filters: ['user.externalId', 'user.userName', 'group.externalId', 'group.displayName'],
    etag: false,
  },
  // Its filter of userName compares case, so an empty answer proves nothing.
  scimmy: { filters: ['user.externalId', 'group.externalId', 'group.displayName'], etag: false },
  'django-scim2-server': {
    filters: ['user.externalId', 'user.userName', 'group.externalId', 'group.displayName'],
    etag: false,
  },
}

describeScim(SCIM_TARGETS, (place, name) => {
  const probe = (token: string) =>
    probeTarget(
      {
        url: place().proxy.url,
        token: new Secret(token),
        profile: startingProfile('generic'),
        transport: createTransport({ timeoutMs: 20_000, env: {} }),
        clock: { now: () => new Date(), monotonicMs: () => performance.now() },
        sleep: (ms) => setTimeout(ms),
        log: silentLogger,
        version: 'test',
        random: randomBytes,
      },
      signal,
    )

  it('is tried with reads alone, and taught what the server can do', async () => {
    const { server, proxy } = place()
    const target = openThrough(server.url, server.token)
    const person = { externalId: 'x-1', userName: 'Ada@example.com', active: true }
    const { id = '' } = await target.create('user', person, signal)
    const group = (await target.create('group', { externalId: 'g-1', displayName: 'Engines' }, signal)).id ?? ''
    await target.changeMembers(group, { add: [id] }, signal)

    const before = await readWhole(server)
    const facts = await probe(server.token)
    expect(facts).toMatchObject({ users: 1, groups: 1, notes: [] })
    expect(facts.profile).toEqual({ ...startingProfile('generic'), listShowsMembers: true, ...LEARNED[name] })
    expect(proxy.exchanges.filter(({ method }) => method !== 'GET')).toEqual([])
    expect(await readWhole(server)).toEqual(before)
    expect(proxy.complaints()).toEqual([])
  })

  it('says that another token is refused', async () => {
    await expect(probe('another token')).rejects.toMatchObject({ code: 'unauthenticated' })
  })
})
