import type { MadeSync } from './make-snapshot.ts'

/** A small company: Ada reaches db through Engineering, two people bear one name, and somebody disabled is still a member. */
export const ACME: MadeSync = {
  id: '37gS6Q7j2QUCNry6Ip4PIeZ9X6m',
  startedAt: '2026-01-02 03:04:05',
  endedAt: '2026-01-02 03:05:05',
  things: [
    { id: 'user:ada', name: 'Ada', email: 'Ada@Acme.example', status: 'enabled', profile: { team: 'core', level: 3 } },
    { id: 'user:bob', name: 'Bob', email: 'bob@acme.example', status: 'disabled' },
    { id: 'user:zoe1', name: 'Zoe Papadaki', email: 'zoe@acme.example', status: 'enabled' },
    { id: 'user:zoe2', name: 'Zoe Papadaki', email: 'zoe.2@acme.example', status: 'enabled' },
    { id: 'group:eng', name: 'Engineering', profile: { tags: 'env=prod,owner=ada' } },
    { id: 'group:all', name: 'Everyone' },
    { id: 'group:none', name: 'Nobody yet' },
    { id: 'role:admin', name: 'Network Admin' },
    { id: 'resource:db', name: 'db', profile: { tag_env: 'prod' } },
    { id: 'resource:wiki', name: 'wiki', profile: { tag_env: 'test' } },
    { id: 'resource:lonely', name: 'lonely' },
  ],
  entitlements: {
    'group:eng': ['member', 'owner'],
    'group:all': ['member'],
    'group:none': ['member'],
    'role:admin': ['member'],
    'resource:db': ['access'],
    'resource:wiki': ['access', 'edit'],
  },
  grants: [
    { on: 'group:eng:member', to: 'user:ada' },
    { on: 'group:eng:member', to: 'user:bob', until: '2026-03-01T00:00:00Z' },
    { on: 'group:eng:owner', to: 'user:zoe1' },
    { on: 'group:all:member', to: 'group:eng', from: ['group:eng:member'] },
    { on: 'group:all:member', to: 'user:zoe2' },
    { on: 'role:admin:member', to: 'user:ada' },
    {
      on: 'resource:db:access',
      to: 'group:eng',
      from: ['group:eng:member'],
      onlyTypes: ['user'],
      until: '2026-02-01T00:00:00Z',
    },
    { on: 'resource:wiki:access', to: 'group:all', from: ['group:all:member'], onlyTypes: ['user'] },
    { on: 'resource:wiki:access', to: 'user:ada' },
  ],
}

const things = ACME.things ?? []
const grants = ACME.grants ?? []

/** The company a month later: Bob is back and his membership is over, Zoe is an administrator, Nobody yet is gone, Engineering passes more on. */
export const LATER: MadeSync = {
  ...ACME,
  id: '37gZlaterlaterlaterlaterlat',
  startedAt: '2026-03-02 03:04:05',
  endedAt: '2026-03-02 03:05:05',
  things: [
    ...things
      .filter(({ id }) => id !== 'group:none')
      .map((thing) =>
        thing.id === 'user:bob'
          ? { ...thing, status: 'enabled' as const }
          : thing.id === 'user:ada'
            ? { ...thing, profile: { team: 'data', level: 3 } }
            : thing,
      ),
    { id: 'user:eve', name: 'Eve', email: 'eve@acme.example' },
  ],
  entitlements: Object.fromEntries(Object.entries(ACME.entitlements ?? {}).filter(([id]) => id !== 'group:none')),
  grants: [
    ...grants
      .filter(
        ({ on, to }) =>
          !(on === 'group:eng:member' && to === 'user:bob') && !(on === 'resource:wiki:access' && to === 'user:ada'),
      )
      .map((grant) =>
        grant.on === 'resource:db:access' ? { ...grant, onlyTypes: [], until: '2026-06-01T00:00:00Z' } : grant,
      ),
    { on: 'role:admin:member', to: 'user:zoe1' },
    { on: 'group:all:member', to: 'user:eve' },
  ],
}
