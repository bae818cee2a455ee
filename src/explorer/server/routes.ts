import { Hono } from 'hono'
import { validator } from 'hono/validator'
import type { z } from 'zod'
import { ConnectorError } from '../../sdk/ground/errors.ts'
import type { Session } from './answers.ts'
import { ENDPOINTS } from './endpoints.ts'
import type { Library } from './library.ts'
import type { OpenSync } from './open-sync.ts'
import { graphOf } from './queries/graph.ts'
import { accessPage, holdersPage, wantedEntitlements } from './queries/held.ts'
import type { Histories } from './queries/history.ts'
import { overviewOf } from './queries/overview.ts'
import { sharedPage } from './queries/shared.ts'
import { keysOf, thingOf } from './queries/thing.ts'
import { totalsOf } from './queries/totals.ts'

export interface RouteParts {
  readonly library: Library
  readonly session: () => Session
  readonly histories: Histories
}

/** Checks the words behind the question mark. Errors: `invalid-argument`, which names the first that is wrong. */
export const query = <Schema extends z.ZodObject>(schema: Schema) =>
  validator('query', (given): z.infer<Schema> => {
    const parsed = schema.safeParse(given)
    if (parsed.success) return parsed.data
    const [issue] = parsed.error.issues
    throw new ConnectorError(
      'invalid-argument',
      'read the question',
      `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'wrong'}`,
    )
  })

/** The questions about a snapshot. Each is answered from one sync, which the answer names. */
export function snapshotRoutes({ library, session, histories }: RouteParts) {
  const ask = <T>(
    where: { file?: string | undefined; sync?: string | undefined },
    work: (open: OpenSync) => T,
  ): Promise<T> => library.ask(where.file, where.sync, work)
  return new Hono()
    .get('/session', query(ENDPOINTS.session.query), (c) => c.json(session()))
    .get('/overview', query(ENDPOINTS.overview.query), async (c) => c.json(await ask(c.req.valid('query'), overviewOf)))
    .get('/totals', query(ENDPOINTS.totals.query), async (c) => c.json(await ask(c.req.valid('query'), totalsOf)))
    .get('/search', query(ENDPOINTS.search.query), async (c) => {
      const { q, limit, ...where } = c.req.valid('query')
      return c.json(await ask(where, ({ info, catalog }) => ({ sync: info, ...catalog.search(q, limit) })))
    })
    .get('/things', query(ENDPOINTS.things.query), async (c) => {
      const { offset, limit, kind, type, status, q, ...where } = c.req.valid('query')
      const filter = { kind, type, status, q }
      return c.json(
        await ask(where, ({ info, catalog }) => ({ sync: info, offset, ...catalog.page(filter, offset, limit) })),
      )
    })
    .get('/thing', query(ENDPOINTS.thing.query), async (c) => {
      const { key, ...where } = c.req.valid('query')
      return c.json(await ask(where, (open) => thingOf(open, key)))
    })
    .get('/access', query(ENDPOINTS.access.query), async (c) => {
      const { key, ...asked } = c.req.valid('query')
      return c.json(await ask(asked, (open) => accessPage(open, key, { ...asked, q: asked.q })))
    })
    .get('/holders', query(ENDPOINTS.holders.query), async (c) => {
      const { key, entitlement, ...asked } = c.req.valid('query')
      return c.json(
        await ask(asked, (open) =>
          holdersPage(open, wantedEntitlements(open, key, entitlement), { ...asked, q: asked.q }),
        ),
      )
    })
    .get('/shared', query(ENDPOINTS.shared.query), async (c) => {
      const { keys, ...asked } = c.req.valid('query')
      return c.json(await ask(asked, (open) => sharedPage(open, keysOf(keys), { ...asked, q: asked.q })))
    })
    .get('/graph', query(ENDPOINTS.graph.query), async (c) => {
      const { key, side, open: opened, ...where } = c.req.valid('query')
      const ids = new Set(opened.split(',').filter((id) => id !== ''))
      return c.json(await ask(where, (open) => graphOf(open, key, side, ids)))
    })
    .get('/history', query(ENDPOINTS.history.query), async (c) => {
      const { key, ...where } = c.req.valid('query')
      return c.json(await histories.of(where.file, where.sync, key))
    })
}
