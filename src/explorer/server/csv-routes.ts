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
  wayCell,
} from './csv.ts'
import { DECISION_COLUMNS, decisionCells, HISTORY_COLUMNS, historyCells, runTable, whole } from './csv-small.ts'
import { ENDPOINTS, RunTable } from './endpoints.ts'
import { accessPage, holdersPage, wantedEntitlements } from './queries/held.ts'
import { sharedPage } from './queries/shared.ts'
import { changesPage } from './queries/changes.ts'
import { findingsPage } from './queries/findings.ts'
import { keysOf } from './queries/thing.ts'
import { reviewPage } from './queries/review.ts'
import { runsOf } from './queries/runs.ts'
import { query, type RouteParts } from './routes.ts'
import type { WorkParts } from './routes-work.ts'

export type CsvParts = Pick<RouteParts, 'library' | 'histories'> & Pick<WorkParts, 'checks' | 'runs'>

/** Every table of the page as CSV, all rows of it. */
export function csvRoutes({ library, checks, histories, runs }: CsvParts) {
  return new Hono()
    .get('/things', query(ENDPOINTS.things.query), (c) => {
      const { file, sync, kind, type, status, q } = c.req.valid('query')
      return csv(c, 'names', {
        columns: REF_COLUMNS,
        next: (offset, limit) =>
          library.ask(file, sync, ({ catalog }) =>
            catalog.page({ kind, type, status, q }, offset, limit).rows.map(refCells),
          ),
      })
    })
    .get('/access', query(ENDPOINTS.access.query), (c) => {
      const { file, sync, key, q } = c.req.valid('query')
      return csv(c, 'access', {
        columns: HELD_COLUMNS,
        next: (offset, limit) =>
          library.ask(file, sync, (open) => accessPage(open, key, { q, offset, limit }).rows.map(heldCells)),
      })
    })
    .get('/holders', query(ENDPOINTS.holders.query), (c) => {
      const { file, sync, key, entitlement, q } = c.req.valid('query')
      return csv(c, 'holders', {
        columns: HELD_COLUMNS,
        next: (offset, limit) =>
          library.ask(file, sync, (open) =>
            holdersPage(open, wantedEntitlements(open, key, entitlement), { q, offset, limit }).rows.map(heldCells),
          ),
      })
    })
    .get('/shared', query(ENDPOINTS.shared.query), async (c) => {
      const { file, sync, keys, q } = c.req.valid('query')
      const of = await library.ask(file, sync, (open) =>
        keysOf(keys).map((key) => open.catalog.ref(key) ?? open.ref(open.thing(key).id)),
      )
      return csv(c, 'shared', {
        columns: sharedColumns(of),
        next: (offset, limit) =>
          library.ask(file, sync, (open) => sharedPage(open, keysOf(keys), { q, offset, limit }).rows.map(sharedCells)),
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
          const { jewels } = library
          return changesPage(before, after, { q, change, only, jewels, offset, limit }).rows.map(changeCells)
        },
      })
    })
    .get('/history', query(ENDPOINTS.history.query), async (c) => {
      const { file, sync, key } = c.req.valid('query')
      const { events } = await histories.of(file, sync, key)
      return csv(c, 'history', whole(HISTORY_COLUMNS, events.map(historyCells)))
    })
    .get('/review', query(ENDPOINTS.overview.query), async (c) => {
      const { file, sync } = c.req.valid('query')
      const every = { q: undefined, offset: 0, limit: Number.MAX_SAFE_INTEGER }
      const { rows } = await library.ask(file, sync, (open) => reviewPage(open, every))
      return csv(c, 'decisions', whole(DECISION_COLUMNS, rows.map(decisionCells)))
    })
    .get('/runs', query(RunTable), (c) => {
      const { table } = c.req.valid('query')
      return csv(c, table, runTable(table, runsOf(runs, false)))
    })
    .get('/findings', query(ENDPOINTS.findings.query), (c) => {
      const { file, sync, q, level, rule } = c.req.valid('query')
      return csv(c, 'findings', {
        columns: ['level', 'rule', 'test', 'message', 'path', ...REF_COLUMNS],
        next: async (offset, limit) => {
          const checked = await checks.of(file, sync)
          const page = { q, level, rule, offset, limit, files: checks.files }
          const { rows } = await library.ask(file, sync, (open) => findingsPage(open, checked, page))
          return rows.map((row) => [
            row.level,
            row.rule,
            row.test ?? '',
            row.message,
            wayCell(row.about, row.way),
            ...refCells(row.about),
          ])
        },
      })
    })
}

const csv = (c: Context, name: string, table: CsvTable): Response =>
  c.body(csvStream(table), 200, {
    'content-type': 'text/csv; charset=utf-8',
    'content-disposition': `attachment; filename="${name}.csv"`,
  })
