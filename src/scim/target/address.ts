import type { HttpAnswer } from '../../sdk/http/transport.ts'

/** Redirects that one request follows. */
export const MOST_MOVES = 5

/** Statuses that a request is sent on by as it is. Source: RFC 7644 §3.12; RFC 9110 §15.4. */
const SAME_REQUEST = new Set([307, 308])
/** Those that a read may follow besides. */
const FOR_READS = new Set([301, 302])
const PERMANENT = new Set([301, 308])

/**
 * Where the resources of a server are, from its base address on. A redirect within the server is followed; one that is meant for good is kept while this program runs.
 *
 * Why: there are servers that want a slash at the end, or that moved below their address. The token goes to no other host.
 */
export class Address {
  #base: string
  #end = ''

  /** `base` has no trailing slash. */
  constructor(base: string) {
    this.#base = base
  }

  /** `path` is below the base address, `query` is empty or begins with `?`. */
  urlOf(path: string, query: string): URL {
    return new URL(`${this.#base}${path}${this.#end}${query}`)
  }

  /** Where the answer sends a request for `path` that went to `url`; `undefined` where it does not, or where it sends it to another server. */
  follow(
    { status, headers }: HttpAnswer,
    path: string,
    { url, isRead }: { readonly url: URL; readonly isRead: boolean },
  ): URL | undefined {
    if (!SAME_REQUEST.has(status) && !(isRead && FOR_READS.has(status))) return undefined
    const { location } = headers
    if (location === undefined || !URL.canParse(location, url)) return undefined
    const moved = new URL(location, url)
    if (moved.origin !== url.origin) return undefined
    if (PERMANENT.has(status)) this.#keep(path, url, moved)
    return moved
  }

  #keep(path: string, { pathname }: URL, moved: URL): void {
    const isEnded = moved.pathname.endsWith('/') && !pathname.endsWith('/')
    const whole = isEnded ? moved.pathname.slice(0, -1) : moved.pathname
    if (!whole.endsWith(path)) return
    this.#base = `${moved.origin}${whole.slice(0, -path.length)}`
    if (isEnded) this.#end = '/'
  }
}
