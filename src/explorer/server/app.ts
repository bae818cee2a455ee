import { Hono } from 'hono'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { ConnectorError, type ErrorCode } from '../../sdk/ground/errors.ts'
import { assets } from './assets.ts'
import { csvRoutes } from './csv-routes.ts'
import { guard, type GuardOptions } from './guard.ts'
import { openApi } from './openapi.ts'
import { Histories } from './queries/history.ts'
import { MomentList } from './queries/moments.ts'
import { type RouteParts, snapshotRoutes } from './routes.ts'
import { type WorkParts, workRoutes } from './routes-work.ts'

export interface AppParts extends Omit<RouteParts, 'histories'>, Omit<WorkParts, 'moments'> {
  readonly guard: GuardOptions
  /** Folder of the built page. */
  readonly page: string
  readonly version: string
}

const STATUS: Readonly<Partial<Record<ErrorCode, ContentfulStatusCode>>> = {
  'invalid-argument': 400,
  unauthenticated: 401,
  'permission-denied': 403,
  'not-found': 404,
  'failed-precondition': 409,
  aborted: 409,
  'data-loss': 422,
  'resource-exhausted': 507,
  unavailable: 503,
}

/** The routes of the API, which the page's client is typed against. */
export const apiOf = (parts: RouteParts & WorkParts) =>
  new Hono().route('/api', snapshotRoutes(parts)).route('/api', workRoutes(parts))

export type Api = ReturnType<typeof apiOf>

/** The whole server: who may come in, the API, and the page for every other path. */
export function createApp(given: AppParts): Hono {
  const moments = new MomentList(given.library)
  const parts = { ...given, moments, histories: new Histories(given.library, moments) }
  const app = new Hono()
  app.use(guard(parts.guard))
  app.onError((error, c) => {
    const { code, detail, inFull } = ConnectorError.from(error, 'answer')
    c.header('cache-control', 'no-store')
    return c.json({ error: { code, message: inFull === '' ? detail : inFull } }, STATUS[code] ?? 500)
  })
  app.use('/api/*', async (c, next) => {
    await next()
    c.header('cache-control', 'no-store')
  })
  app.get('/api/openapi.json', (c) => c.json(openApi(parts.version)))
  app.route('/api/csv', csvRoutes(parts))
  app.route('/', apiOf(parts))
  app.all('/api/*', (c) => c.json({ error: { code: 'not-found', message: 'the API has no such path' } }, 404))
  app.get('*', assets(parts.page, parts.session))
  return app
}
