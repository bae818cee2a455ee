import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeCheckpoint, encodeCheckpoint, requestOf, type Checkpoint } from '../../../../src/sdk/sync/checkpoint.ts'

const text = fc.string({ unit: 'binary' })
const resource = fc.record({ type: text, id: text })
const listing = fc.record(
  {
    pass: fc.nat(),
    received: fc.nat(),
    pages: fc.nat(),
    total: fc.nat(),
    shrunk: fc.boolean(),
    moved: fc.constant(true as const),
    stale: fc.boolean(),
  },
  { requiredKeys: ['pass', 'received', 'pages', 'shrunk', 'stale'] },
)
const checkpoint: fc.Arbitrary<Checkpoint> = fc.record(
  {
    request: text,
    phase: fc.constantFrom('collect', 'reconcile'),
    actions: fc.array(
      fc.oneof(
        fc.record({ kind: fc.constant('list' as const), type: text, token: text }),
        fc.record({ kind: fc.constant('get' as const), resource }),
        fc.record({ kind: fc.constant('holders' as const), resource, token: text }),
      ),
    ),
    listings: fc.dictionary(fc.constantFrom('user', 'group', 'role'), listing, { noNullPrototype: true }),
    rounds: fc.nat(),
    moved: fc.array(resource),
    repairs: fc.record({
      relisted: fc.nat(),
      rereadResources: fc.nat(),
      fetchedResources: fc.nat(),
      removedResources: fc.nat(),
    }),
  },
  { requiredKeys: ['request', 'phase', 'actions', 'listings', 'rounds', 'repairs'] },
)

describe('checkpoint', () => {
  it('comes back as it was, whatever the tokens and ids hold', () => {
    fc.assert(
      fc.property(checkpoint, (original) => {
        expect(decodeCheckpoint(encodeCheckpoint(original), original.request)).toEqual(original)
      }),
    )
  })

  it('is for a Go syncer of any version a plan that starts over', () => {
    fc.assert(
      fc.property(checkpoint, (original) => {
        const plan = JSON.parse(encodeCheckpoint(original)) as Record<string, unknown>
        expect(plan['actions']).toEqual([{ operation: 'init' }])
        expect(Object.keys(plan)).toEqual(['actions', 'checkpoint'])
      }),
    )
  })

  it.each(['', 'abc', '[1]', 'null', '{"version":1}', '{"actions":[{"operation":"init"}]}', '{"checkpoint":{}}'])(
    'of another program (%j) is not gone on from',
    (other) => {
      expect(decodeCheckpoint(other, 'x')).toBeUndefined()
    },
  )

  it('of another request is not gone on from', () => {
    const scope = { types: new Set(['user', 'group']), entitlements: true, grants: true }
    const same = { ...scope, types: new Set(['group', 'user']) }
    expect(requestOf('acme', same)).toBe(requestOf('acme', scope))
    expect(requestOf('zeta', scope)).not.toBe(requestOf('acme', scope))
    expect(requestOf('acme', { ...scope, grants: false })).not.toBe(requestOf('acme', scope))
    expect(requestOf('acme', { ...scope, types: new Set(['user']) })).not.toBe(requestOf('acme', scope))
  })
})
