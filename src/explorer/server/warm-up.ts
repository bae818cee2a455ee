import type { Hono } from 'hono'
import type { Library } from './library.ts'

/**
 * Asks what a browser asks first, while the browser starts, so that it is read and compiled by then; and makes the names that a search looks through.
 *
 * Errors: as `Library.prepare`. They are told again to whoever asks.
 */
export async function warmUp(
  app: Pick<Hono, 'request'>,
  library: Pick<Library, 'prepare'>,
  headers: Readonly<Record<string, string>>,
): Promise<void> {
  const page = await (await app.request('/', { headers })).text()
  const assets = page.match(/\/assets\/[\w.-]+/g) ?? []
  for (const path of [...assets, '/api/overview'])
    await app.request(path, { headers: { ...headers, 'accept-encoding': 'br' } })
  await library.prepare()
}
