import { readFileSync } from 'node:fs'
import { extname, join } from 'node:path'
import type { MiddlewareHandler } from 'hono'
import type { Session } from './answers.ts'

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
}

const ENCODINGS = [
  ['br', '.br'],
  ['gzip', '.gz'],
] as const

/** Where the page finds what `/api/session` answers, so that it need not ask first. */
const PLACE = '<div id="app"'

const attribute = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

/** A file of the built page, or the page itself for every other path: which view it shows is told by the path. */
export function assets(folder: string, session: () => Session): MiddlewareHandler {
  const files = new Map<string, Uint8Array<ArrayBuffer> | undefined>()
  const read = (name: string): Uint8Array<ArrayBuffer> | undefined => {
    if (!files.has(name)) files.set(name, fileIn(folder, name))
    return files.get(name)
  }
  return async (c) => {
    const path = new URL(c.req.url).pathname
    const asset = /^\/assets\/(?<name>[\w.-]+)$/.exec(path)?.groups?.['name']
    if (path === '/favicon.ico') return c.body(null, 204)
    if (asset === undefined) {
      const page = read('index.html')
      if (!page) return c.text('There is no such file.\n', 404)
      const told = `${PLACE} data-session="${attribute(JSON.stringify(session()))}"`
      return c.body(
        Buffer.from(page)
          .toString()
          .replace(PLACE, () => told),
        200,
        headersOf('index.html'),
      )
    }
    const name = `assets/${asset}`
    const accepted = c.req.header('accept-encoding') ?? ''
    for (const [encoding, suffix] of ENCODINGS) {
      const packed = accepted.includes(encoding) ? read(`${name}${suffix}`) : undefined
      if (packed) return c.body(packed, 200, { ...headersOf(name), 'content-encoding': encoding })
    }
    const plain = read(name)
    return plain ? c.body(plain, 200, headersOf(name)) : c.text('There is no such file.\n', 404)
  }
}

const headersOf = (name: string): Record<string, string> => ({
  'content-type': TYPES[extname(name)] ?? 'application/octet-stream',
  // Names of assets hold a digest of what is in them.
  'cache-control': name === 'index.html' ? 'no-store' : 'private, max-age=31536000, immutable',
  vary: 'accept-encoding',
})

function fileIn(folder: string, name: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    return new Uint8Array(readFileSync(join(folder, name)))
  } catch {
    return undefined
  }
}
