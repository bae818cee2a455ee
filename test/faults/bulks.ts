import { membership, provisionTenant } from '../tenant/provision-tenant.ts'
import type { Fault, FaultKind } from '../tenant/faults.ts'
import { seedTenant } from '../tenant/seed-tenant.ts'
import { startTenant } from '../tenant/start-tenant.ts'
import { type Experiment, hold, hurriedTime, oneOf, type Random } from './experiment.ts'

const READ_KINDS: readonly FaultKind[] = ['500', '503', '502-html', 'reset', 'truncated-json', 'errors-200']
const WRITE_KINDS: readonly FaultKind[] = [
  ...READ_KINDS,
  'lost-answer',
  'ok-false',
  'ok-true-null-entity',
  'reset-mid-body',
]

/** A third of the writes and a quarter of the reads, by attempt. */
function faults(random: Random): readonly Fault[] {
  const found: Fault[] = []
  for (let attempt = 1; attempt <= 8; attempt++) {
    if (random(100) < 35) found.push({ operation: 'GroupMembersUpdate', attempt, kind: oneOf(random, WRITE_KINDS) })
    for (const operation of ['UsersById', 'GroupsById', 'GroupsOfUsers'])
      if (random(100) < 25) found.push({ operation, attempt, kind: oneOf(random, READ_KINDS) })
  }
  return found
}

/** Grants and revokes of many at once, where reads and writes fail, lose their answers, or answer what is not so. */
export const faultedBulks: Experiment = {
  name: 'faulted bulks',
  promise:
    'what is told as granted or revoked is so, and once the faults are over the same again does all that is missing',
  runs: 100,
  async run({ random, atEnd }) {
    const tenant = seedTenant({ users: 30, groups: 4, membershipsPerUser: 2, seed: random(1_000_000) })
    for (const group of tenant.groups) group.type = 'MANUAL'
    const server = await startTenant({ tenant })
    atEnd(() => server.close())
    const changes = tenant.groups.flatMap((group) =>
      tenant.users.flatMap((user) => {
        if (random(2) === 0) return []
        return [membership(random(3) === 0 ? 'revoke' : 'grant', group.id, user.id)]
      }),
    )
    const wanted = new Set(changes.map((change) => `${change.kind} ${change.resource.id} ${change.principal.id}`))
    const isSo = (kind: string, group: string, user: string): boolean =>
      tenant.users.find(({ id }) => id === user)!.groups.some(({ id }) => id === group) === (kind === 'grant')
    server.plan({ faults: faults(random) })
    const { reports, error } = await provisionTenant(server, changes, { ...hurriedTime(), attempts: 4 })
    for (const { change, outcome } of reports)
      if (['granted', 'revoked', 'already-granted', 'already-revoked'].includes(outcome))
        hold(isSo(change.kind, change.resource.id, change.principal.id), `${outcome} is told and is not so`)
    if (error === undefined) hold(reports.length === changes.length, 'a change is not told')
    server.plan({})
    const again = await provisionTenant(server, changes, { ...hurriedTime(), attempts: 4 })
    hold(again.error === undefined, `the same again ends with ${again.error?.message ?? ''}`)
    for (const one of wanted) {
      const [kind = '', group = '', user = ''] = one.split(' ')
      hold(isSo(kind, group, user), `after the second run ${one} is not so`)
    }
    return error === undefined ? 'all done at once' : `the rest by a second run, first ${error.code}`
  },
}
