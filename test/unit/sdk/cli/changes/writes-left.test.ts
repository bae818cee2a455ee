import { expect, it } from 'vitest'
import { writesLeft } from '../../../../../src/sdk/cli/changes/writes-left.ts'
import { holding, membership } from '../../../../tenant/provision-tenant.ts'

it('counts the writes still to come, of which changes of one kind on one group share one', () => {
  const changes = [
    ...['a', 'b', 'c'].map((user) => membership('grant', 'G1', user)),
    membership('revoke', 'G1', 'd'),
    holding('grant', 'devops', 'e'),
    holding('grant', 'devops', 'f'),
  ]
  const left = writesLeft(changes, (type) => (type === 'role' ? 1 : 2))
  expect(changes.map((change) => left.without(change))).toEqual([4, 4, 3, 2, 1, 0])
  expect(left.without(changes[0]!)).toBe(0)
})
