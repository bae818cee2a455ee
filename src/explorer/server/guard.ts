import { createHash, timingSafeEqual } from 'node:crypto'
import type { Context, MiddlewareHandler } from 'hono'
import { getCookie, setCookie } from 'hono/cookie'

/** Who may talk to the server. */
export interface GuardOptions {
  /** In the URL that is printed; whoever has it gets a session. */
  readonly token: string
  /** Of the cookie that it is traded for. */
  readonly session: string
  /** In a header of what writes. */
  readonly csrf: string
  /** `host:port` as browsers send it. */
  readonly hosts: ReadonlySet<string>
  /** Whether browsers come by https. */
  readonly isSecure: boolean
  /** Whether a proxy says by `X-Forwarded-Proto` how the browser came. */
  readonly trustsProxy: boolean
  /** Tells the cookies of several explorers on one machine apart. */
  readonly port: number
}

/** What every answer says. Nothing is loaded from outside, no script stands in the page, and no other page may show it in a frame. */
const HEADERS = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; font-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'x-frame-options': 'DENY',
  'permissions-policy': 'camera=(), geolocation=(), microphone=()',
} as const

const CSRF_HEADER = 'x-explorer-csrf'

/** Tells the cookies of several explorers on one machine apart. */
export const cookieName = (port: number): string => `explorer_${port}`

/** Lets in who has the session, and no page of another origin. */
export function guard(options: GuardOptions): MiddlewareHandler {
  const name = cookieName(options.port)
  return async (c, next) => {
    for (const [header, value] of Object.entries(HEADERS)) c.header(header, value)
    const host = c.req.header('host')?.toLowerCase() ?? ''
    if (!options.hosts.has(host))
      return c.text('This name is not one of the explorer’s; open the address it printed, or give --host-name.\n', 421)
    const isSecure =
      options.isSecure || (options.trustsProxy && c.req.header('x-forwarded-proto')?.split(',')[0]?.trim() === 'https')
    const why = whyForeign(c, `${isSecure ? 'https' : 'http'}://${host}`)
    if (why !== undefined) return c.json({ error: { code: 'permission-denied', message: why } }, 403)
    const url = new URL(c.req.url)
    const token = url.searchParams.get('token')
    if (token !== null && c.req.method === 'GET' && isSame(token, options.token)) {
      setCookie(c, name, options.session, { httpOnly: true, sameSite: 'Strict', path: '/', secure: isSecure })
      url.searchParams.delete('token')
      return c.redirect(`${url.pathname}${url.search}`, 303)
    }
    if (!isSame(getCookie(c, name) ?? '', options.session)) return refuse(c)
    if (isWrite(c) && !isSame(c.req.header(CSRF_HEADER) ?? '', options.csrf))
      return c.json(
        {
          error: {
            code: 'permission-denied',
            message: `the header ${CSRF_HEADER} is missing or old; load the page again`,
          },
        },
        403,
      )
    return next()
  }
}

const isWrite = (c: Context): boolean => c.req.method !== 'GET' && c.req.method !== 'HEAD'

/** Why a request is refused as foreign: it comes from a page of another origin. A GET without these headers counts as a typed address. */
function whyForeign(c: Context, own: string): string | undefined {
  const origin = c.req.header('origin')
  if (origin !== undefined && origin.toLowerCase() !== own) return 'the request comes from another page'
  if (isWrite(c) && origin === undefined) return 'the request does not say which page it comes from'
  const site = c.req.header('sec-fetch-site')
  const isOpened = c.req.header('sec-fetch-mode') === 'navigate' && c.req.method === 'GET'
  if (site !== undefined && site !== 'same-origin' && site !== 'none' && !isOpened)
    return 'the request comes from another page'
  return undefined
}

const REFUSED =
  '<!doctype html><html lang="en"><meta charset="utf-8"><title>Explorer: no session</title><h1>This browser has no session</h1><p>Open the address that <code>baton-twingate explorer</code> printed in the terminal. It holds a token, and a new one each time the program starts.</p></html>'

function refuse(c: Context): Response {
  const message = 'no session; open the address that the program printed'
  return new URL(c.req.url).pathname.startsWith('/api/')
    ? c.json({ error: { code: 'unauthenticated', message } }, 401)
    : c.html(REFUSED, 401)
}

/** Compares two texts in constant time. */
function isSame(given: string, wanted: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(given), digest(wanted))
}
