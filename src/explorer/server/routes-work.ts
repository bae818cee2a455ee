import { Hono } from 'hono'
import { validator } from 'hono/validator'
import type { z } from 'zod'
import { ConnectorError } from '../../sdk/ground/errors.ts'
import type { Clock } from '../../sdk/ground/ports.ts'
import type { CheckRuns } from './check-runs.ts'
import { ENDPOINTS, NewDecision, Undecided } from './endpoints.ts'
import type { Library } from './library.ts'
import { changesPage } from './queries/changes.ts'
import { findingsPage } from './queries/findings.ts'
import type { MomentList } from './queries/moments.ts'
import { decide, reviewCsv, reviewEvidence, reviewPage, storeOf } from './queries/review.ts'
import { type RunPlaces, runsOf } from './queries/runs.ts'
import { query } from './routes.ts'

export interface WorkParts {
  readonly library: Library
  readonly clock: Pick<Clock, 'now'>
  readonly runs: RunPlaces
  readonly checks: CheckRuns
  readonly moments: MomentList
}

const body = <Schema extends z.ZodObject>(schema: Schema) =>
  validator('json', (given): z.infer<Schema> => {
    const parsed = schema.safeParse(given)
    if (parsed.success) return parsed.data
    const [issue] = parsed.error.issues
    throw new ConnectorError(
      'invalid-argument',
      'read the body',
      `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'wrong'}`,
    )
  })

/** What changed, what is wrong, what was decided, and what runs. Only decisions are ever written, into a file of their own. */
export function workRoutes({ library, clock, runs, checks, moments }: WorkParts) {
  return new Hono()
    .get('/moments', query(ENDPOINTS.moments.query), async (c) => c.json(await moments.all()))
    .get('/growth', query(ENDPOINTS.growth.query), async (c) => {
      const { file, sync } = c.req.valid('query')
      return c.json(await moments.like(file, sync))
    })
    .get('/changes', query(ENDPOINTS.changes.query), async (c) => {
      const { file, sync, beforeFile, beforeSync, ...asked } = c.req.valid('query')
      await library.sync(beforeFile ?? file, beforeSync)
      const after = await library.sync(file, sync)
      return c.json(
        changesPage(await library.sync(beforeFile ?? file, beforeSync), after, {
          ...asked,
          ...{ q: asked.q, change: asked.change, only: asked.only, jewels: library.jewels },
        }),
      )
    })
    .get('/findings', query(ENDPOINTS.findings.query), async (c) => {
      const { file, sync, ...asked } = c.req.valid('query')
      const checked = await checks.of(file, sync)
      const page = { ...asked, q: asked.q, level: asked.level, rule: asked.rule, files: checks.files }
      return c.json(await library.ask(file, sync, (open) => findingsPage(open, checked, page)))
    })
    .get('/runs', query(ENDPOINTS.runs.query), (c) => c.json(runsOf(runs, c.req.valid('query').failed === 'yes')))
    .get('/review', query(ENDPOINTS.review.query), async (c) => {
      const { file, sync, ...asked } = c.req.valid('query')
      return c.json(await library.ask(file, sync, (open) => reviewPage(open, { ...asked, q: asked.q })))
    })
    .post('/review', query(ENDPOINTS.overview.query), body(NewDecision), async (c) => {
      const { file, sync } = c.req.valid('query')
      decide(await library.sync(file, sync), c.req.valid('json'), clock.now())
      return c.json({ done: true })
    })
    .delete('/review', query(Undecided), async (c) => {
      const { file, sync, entitlementId, principalKey } = c.req.valid('query')
      storeOf(await library.sync(file, sync)).remove(entitlementId, principalKey)
      return c.json({ done: true })
    })
    .get('/review/apply.csv', query(ENDPOINTS.overview.query), async (c) => {
      const { file, sync } = c.req.valid('query')
      return c.body(reviewCsv(await library.sync(file, sync)), 200, {
        'content-type': 'text/csv; charset=utf-8',
        'content-disposition': 'attachment; filename="revoke.csv"',
      })
    })
    .get('/review/evidence.html', query(ENDPOINTS.overview.query), async (c) => {
      const { file, sync } = c.req.valid('query')
      return c.body(await reviewEvidence(await library.sync(file, sync), clock.now()), 200, {
        'content-type': 'text/html; charset=utf-8',
        'content-disposition': 'attachment; filename="review.html"',
      })
    })
}
