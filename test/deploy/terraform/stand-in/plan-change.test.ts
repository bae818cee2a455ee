import { describe, expect, it } from 'vitest'
import { type Attributes, UNKNOWN } from '../../../terraform/dynamic-value.ts'
import { planChange, type PlanRules } from '../../../terraform/plan-change.ts'
import type { BlockSchema } from '../../../terraform/provider-schema.ts'

const schema: BlockSchema = {
  attributes: {
    id: { type: 'string', computed: true },
    name: { type: 'string', required: true },
    note: { type: 'string', optional: true },
    policy: { type: 'string', optional: true, computed: true },
    key: { type: 'string', optional: true, write_only: true },
    parts: {
      optional: true,
      computed: true,
      nested_type: {
        nesting_mode: 'list',
        attributes: {
          slug: { type: 'string', optional: true },
          level: { type: 'number', optional: true, computed: true },
        },
      },
    },
  },
}
const rules: PlanRules = { replacing: [['name'], ['policy']], computedOnUpdate: { unknownBut: [] } }
const nothing = { id: null, name: null, note: null, policy: null, key: null, parts: null }
const prior: Attributes = { ...nothing, id: 'a-1', name: 'a', policy: 'p' }

const planOf = (before: Attributes | null, config: Attributes, proposed = config, by = rules) =>
  planChange(schema, by, { prior: before, proposed, config })

describe('the plan of a change', () => {
  it('leaves open at a creation what is computed and not configured', () => {
    const { planned } = planOf(null, { ...nothing, name: 'a', parts: [{ slug: 'b', level: null }] })
    expect(planned).toEqual({
      ...nothing,
      id: UNKNOWN,
      name: 'a',
      policy: UNKNOWN,
      parts: [{ slug: 'b', level: UNKNOWN }],
    })
  })

  it('is the prior state where nothing changes', () => {
    expect(planOf(prior, { ...nothing, name: 'a' }, prior)).toEqual({ planned: prior, requiresReplace: [] })
  })

  it('makes all that is computed unknown again at any other change', () => {
    const { planned } = planOf(prior, { ...nothing, name: 'a', note: 'n' }, { ...prior, note: 'n' })
    expect(planned).toMatchObject({ id: UNKNOWN, policy: UNKNOWN, note: 'n' })
  })

  it('lets computed attributes stay where a provider does so', () => {
    const kept: PlanRules = { ...rules, computedOnUpdate: 'stay' }
    const { planned } = planOf(prior, { ...nothing, name: 'a', note: 'n' }, { ...prior, note: 'n' }, kept)
    expect(planned).toMatchObject({ id: 'a-1', policy: 'p' })
  })

  it('replaces where a configured argument differs or is not known, and not where it is only computed', () => {
    const changed = (name: string | typeof UNKNOWN) =>
      planOf(prior, { ...nothing, name }, { ...prior, name }).requiresReplace
    expect(changed('b')).toEqual([['name']])
    expect(changed(UNKNOWN)).toEqual([['name']])
    expect(changed('a')).toEqual([])
  })

  it('keeps nothing of what may only be written', () => {
    const { planned } = planOf(null, { ...nothing, name: 'a', key: 'secret' })
    expect(planned).toMatchObject({ key: null })
  })

  it('is nothing where the resource goes', () => {
    expect(planChange(schema, rules, { prior, proposed: null, config: null })).toEqual({
      planned: null,
      requiresReplace: [],
    })
  })
})
