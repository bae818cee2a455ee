import { type Context, Hono } from 'hono'
import {
  CHANGE_COLUMNS,
  changeCells,
  csvStream,
  type CsvTable,
  HELD_COLUMNS,
  heldCells,
  REF_COLUMNS,
  refCells,
  sharedCells,
  sharedColumns,
} from './csv.ts'
import type { CheckRuns } from './check-runs.ts'
import { ENDPOINTS } from './endpoints.ts'
import type { Library } from './library.ts'
import { accessPage, holdersPage, wantedEntitlements } from './queries/held.ts'
import { sharedPage } from './queries/shared.ts'
import { changesPage } from './queries/changes.ts'
import { findingsPage } from './queries/findings.ts'
import { keysOf } from './queries/thing.ts'
import { query } from './routes.ts'

/** Every table of the page as CSV, all rows of it. */
export function csvRoutes(library: Library, checks: CheckRuns) {
  return new Hono()
    .get('/things', query(ENDPOINTS.things.query), (c) => {
      const { file, sync, kind, type, status, q } = c.req.valid('query')
      return csv(c, 'names', {
        columns: REF_COLUMNS,
        next: async (offset, limit) =>
          (await library.sync(file, sync)).catalog.page({ kind, type, status, q }, offset, limit).rows.map(refCells),
      })
    })
    .get('/access', query(ENDPOINTS.access.query), (c) => {
      const { file, sync, key, q } = c.req.valid('query')
      return csv(c, 'access', {
        columns: HELD_COLUMNS,
        next: async (offset, limit) =>
          accessPage(await library.sync(file, sync), key, { q, offset, limit }).rows.map(heldCells),
      })
    })
    .get('/holders', query(ENDPOINTS.holders.query), (c) => {
      const { file, sync, key, entitlement, q } = c.req.valid('query')
      return csv(c, 'holders', {
        columns: HELD_COLUMNS,
        next: async (offset, limit) => {
          const open = await library.sync(file, sync)
          return holdersPage(open, wantedEntitlements(open, key, entitlement), { q, offset, limit }).rows.map(heldCells)
        },
      })
    })
    .get('/shared', query(ENDPOINTS.shared.query), async (c) => {
      const { file, sync, keys, q } = c.req.valid('query')
      const open = await library.sync(file, sync)
      return csv(c, 'shared', {
        columns: sharedColumns(keysOf(keys).map((key) => open.catalog.ref(key) ?? open.ref(open.thing(key).id))),
        next: async (offset, limit) =>
          sharedPage(await library.sync(file, sync), keysOf(keys), { q, offset, limit }).rows.map(sharedCells),
      })
    })
    .get('/changes', query(ENDPOINTS.changes.query), (c) => {
      const { file, sync, beforeFile, beforeSync, q, change, only } = c.req.valid('query')
      return csv(c, 'changes', {
        columns: CHANGE_COLUMNS,
        next: async (offset, limit) => {
          await library.sync(beforeFile ?? file, beforeSync)
          const after = await library.sync(file, sync)
          const before = await library.sync(beforeFile ?? file, beforeSync)
          return changesPage(before, after, { q, change, only, offset, limit }).rows.map(changeCells)
        },
      })
    })
    .get('/findings', query(ENDPOINTS.findings.query), (c) => {
      const { file, sync, q, level, rule } = c.req.valid('query')
      return csv(c, 'findings', {
        columns: ['level', 'rule', 'message', ...REF_COLUMNS],
        next: async (offset, limit) => {
          const checked = await checks.of(file, sync)
          const { rows } = findingsPage(await library.sync(file, sync), checked, { q, level, rule, offset, limit })
          return rows.map((row) => [row.level, row.rule, row.message, ...refCells(row.about)])
        },
      })
    })
}

const csv = (c: Context, name: string, table: CsvTable): Response =>
  c.body(csvStream(table), 200, {
    'content-type': 'text/csv; charset=utf-8',
    'content-disposition': `attachment; filename="${name}.csv"`,
  })
