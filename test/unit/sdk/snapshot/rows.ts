import { join } from 'node:path'

import { formatEntitlementId } from '../../../../src/sdk/model/ids.ts'
import type { Entitlement, Grant, Resource, ResourceId, ResourceType } from '../../../../src/sdk/model/model.ts'
import { silentLogger } from '../../../../src/sdk/ground/ports.ts'
import { createSnapshotStore, type SnapshotStoreOptions } from '../../../../src/sdk/snapshot/write/snapshot-store.ts'
import type { SnapshotStore, Write } from '../../../../src/sdk/sync/store.ts'

/** A clock that shows `start` and goes on by a second whenever it is read. */
export function steppingClock(start: string): SnapshotStoreOptions['clock'] {
  let ms = Date.parse(start)
  return { now: () => new Date((ms += 1000)), monotonicMs: () => 0 }
}

export function storeAt(folder: string, options: Partial<SnapshotStoreOptions> = {}): SnapshotStore {
  const clock = steppingClock('2026-01-02T03:04:05Z')
  const random = (length: number): Uint8Array => crypto.getRandomValues(new Uint8Array(length))
  return createSnapshotStore({ file: join(folder, 'sync.c1z'), clock, random, log: silentLogger, ...options })
}

const type = (id: 'user' | 'group', displayName: string): ResourceType => ({
  id,
  displayName,
  description: '',
  traits: [id],
  skipEntitlementsAndGrants: id === 'user',
})

export const TYPES: readonly ResourceType[] = [type('user', 'User'), type('group', 'Group')]

export const userId = (id: string): ResourceId => ({ type: 'user', id })

export const user = (id: string, displayName = `User ${id}`): Resource => ({
  id: userId(id),
  displayName,
  profile: {},
  facts: { kind: 'user', login: id, emails: [`${id}@example.com`], accountType: 'human' },
})

export const groupId = (id: string): ResourceId => ({ type: 'group', id })

export const group = (id: string): Resource => ({
  id: groupId(id),
  displayName: `Group ${id}`,
  profile: {},
  facts: { kind: 'group' },
})

export const member = (id: string): Entitlement => ({
  id: formatEntitlementId(groupId(id), 'member'),
  resource: groupId(id),
  resourceName: `Group ${id}`,
  slug: 'member',
  displayName: 'member',
  description: '',
  purpose: 'assignment',
  grantableTo: ['user'],
})

export const membership = (userName: string, groupName: string): Grant => ({
  entitlementId: member(groupName).id,
  resource: groupId(groupName),
  principal: userId(userName),
})

/** Two users and two groups; ann is in both groups, bob in one. */
export const SMALL: Write = {
  resourceTypes: TYPES,
  resources: [user('ann'), user('bob'), group('g1'), group('g2')],
  entitlements: [member('g1'), member('g2')],
  grants: [membership('ann', 'g2'), membership('ann', 'g1'), membership('bob', 'g1')],
}
