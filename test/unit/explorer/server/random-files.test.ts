import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { HeldPage } from '../../../../src/explorer/server/answers.ts'
import type { Changes, Findings } from '../../../../src/explorer/server/answers-work.ts'
import type { MadeSync } from '../../../support/readers/make-snapshot.ts'
import { rowsOf } from '../../readers/fixture.ts'
import { serve } from './fixture.ts'

const PEOPLE = ['user:a', 'user:b', 'user:c', 'user:d']
const GROUPS = ['group:g', 'group:h', 'group:i']
const RESOURCES = ['resource:r', 'resource:s']

/** A small company with groups in groups, also in circles, ends, and people who cannot come in. */
const company = fc
  .record({
    status: fc.array(fc.constantFrom('enabled' as const, 'disabled' as const), { minLength: 4, maxLength: 4 }),
    joins: fc.uniqueArray(fc.tuple(fc.constantFrom(...PEOPLE, ...GROUPS), fc.constantFrom(...GROUPS)), {
      selector: (pair) => pair.join(' '),
      maxLength: 10,
    }),
    reaches: fc.uniqueArray(fc.tuple(fc.constantFrom(...PEOPLE, ...GROUPS), fc.constantFrom(...RESOURCES)), {
      selector: (pair) => pair.join(' '),
      maxLength: 6,
    }),
    ends: fc.boolean(),
  })
  .map(({ status, joins, reaches, ends }) => {
    const grant = (to: string, on: string) => ({
      ...{ on, to },
      ...(to.startsWith('group:') && { from: [`${to}:member`] }),
      ...(ends && to === 'user:a' && { until: '2026-06-01T00:00:00Z' }),
    })
    return {
      things: [
        ...PEOPLE.map((id, i) => ({
          id,
          name: id,
          email: `${id.slice(5)}@acme.example`,
          status: status[i] ?? 'enabled',
        })),
        ...[...GROUPS, ...RESOURCES].map((id) => ({ id, name: id })),
      ],
      entitlements: Object.fromEntries([
        ...GROUPS.map((id) => [id, ['member']]),
        ...RESOURCES.map((id) => [id, ['access']]),
      ]) as Record<string, readonly string[]>,
      grants: [
        ...joins.filter(([to, group]) => to !== group).map(([to, group]) => grant(to, `${group}:member`)),
        ...reaches.map(([to, resource]) => grant(to, `${resource}:access`)),
      ],
    }
  })

const FIRST = { id: '37gS6Q7j2QUCNry6Ip4PIeZ9X6m', startedAt: '2026-01-02 03:04:05', endedAt: '2026-01-02 03:05:05' }
const SECOND = { id: '37gZlaterlaterlaterlaterlat', startedAt: '2026-03-02 03:04:05', endedAt: '2026-03-02 03:05:05' }

const sorted = (rows: readonly (readonly unknown[])[]): readonly string[] => rows.map((row) => row.join(' ')).sort()

describe('answers about random files', () => {
  it('are those of the readers: what a person holds, who can, what changed, what is found', async () => {
    await fc.assert(
      fc.asyncProperty(company, company, async (before, after) => {
        const syncs: readonly MadeSync[] = [
          { ...FIRST, ...before },
          { ...SECOND, ...after },
        ]
        const { json, file } = await serve(syncs)
        for (const key of PEOPLE) {
          const { rows } = await json<HeldPage>(`/api/access?key=${key}&limit=500`)
          const said = await rowsOf(file, 'access', key)
          expect(sorted(rows.map(({ on, entitlement, how, until }) => [on.key, entitlement, how, until]))).toEqual(
            sorted(
              said.map((row) => [
                `${row['resourceType']}:${row['resourceId']}`,
                row['entitlement'],
                row['how'],
                row['until'],
              ]),
            ),
          )
        }
        for (const key of [...RESOURCES, ...GROUPS]) {
          const { rows } = await json<HeldPage>(`/api/holders?key=${key}&limit=500`)
          const said = await rowsOf(file, 'who-can', key)
          expect(sorted(rows.map(({ principal, how, until }) => [principal.key, how, until]))).toEqual(
            sorted(said.map((row) => [`${row['principalType']}:${row['principalId']}`, row['how'], row['until']])),
          )
        }
        const changes = await json<Changes>(`/api/changes?beforeSync=${FIRST.id}&limit=500`)
        expect(changes.rows).toHaveLength((await rowsOf(file, 'diff', FIRST.id, SECOND.id)).length)
        const findings = await json<Findings>('/api/findings?limit=500')
        expect(sorted(findings.rows.map(({ rule, message }) => [rule, message]))).toEqual(
          sorted((await rowsOf(file, 'check')).map((row) => [row['rule'], row['message']])),
        )
      }),
      { numRuns: 8 },
    )
  })
})
