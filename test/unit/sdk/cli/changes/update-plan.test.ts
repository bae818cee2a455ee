import { describe, expect, it } from 'vitest'
import { updatePlan } from '../../../../../src/sdk/cli/changes/update-plan.ts'

const group = { type: 'group', id: 'G1' }
const userOf = (id: string) => ({ type: 'user', id })
const memberships = (count: number) =>
  Array.from({ length: count }, (_, i) => ({ resource: group, holder: userOf(`U${i % 11}`) }))

describe('updatePlan', () => {
  it('reads a resource and up to ten of its holders, each once', () => {
    expect(updatePlan([...memberships(2), ...memberships(2), { resource: userOf('U1') }])).toEqual({
      resources: [group, userOf('U0'), userOf('U1')],
      withHolders: [],
    })
    expect(updatePlan(memberships(10)).resources).toHaveLength(11)
  })

  it('reads the list of a resource where more than ten of its holders are touched', () => {
    expect(updatePlan(memberships(11))).toEqual({ resources: [group], withHolders: [group] })
    expect(updatePlan(memberships(30)).withHolders).toEqual([group])
  })

  it('reads nothing where nothing is touched', () => {
    expect(updatePlan([])).toEqual({ resources: [], withHolders: [] })
  })
})
