import { ConnectorError } from '../ground/errors.ts'

/** The proxy that requests over https go through. */
export interface Proxy {
  readonly url: URL
  /** For Node's agent, which applies NO_PROXY itself. */
  readonly env: NodeJS.ProcessEnv
}

/**
 * Reads HTTPS_PROXY and NO_PROXY, in lower case first; `undefined` without a proxy. An address without a scheme is taken for http, as curl does.
 *
 * Errors: `invalid-argument` for anything else; the address is not quoted, it may hold a password.
 * Why: Node passes over an address it cannot use without a word.
 */
export function readProxy(env: NodeJS.ProcessEnv): Proxy | undefined {
  const name = env['https_proxy'] ? 'https_proxy' : 'HTTPS_PROXY'
  const text = env[name]?.trim()
  if (!text) return undefined
  const address = text.includes('://') ? text : `http://${text}`
  const url = URL.canParse(address) ? new URL(address) : undefined
  const invalid = (detail: string) => new ConnectorError('invalid-argument', 'configuration', `${name}: ${detail}`)
  if (!url || !['http:', 'https:'].includes(url.protocol))
    throw invalid('must be an address such as http://proxy.example.com:3128')
  if (![url.username, url.password].every(isDecodable))
    throw invalid('a % in its user name or password must be written as %25')
  return { url, env: { https_proxy: address, no_proxy: env['no_proxy'] || env['NO_PROXY'] } }
}

function isDecodable(text: string): boolean {
  try {
    decodeURIComponent(text)
    return true
  } catch {
    return false
  }
}

/**
 * Whether NO_PROXY excepts a host from the proxy: `*`, the name itself, a domain above it with or without a dot before, each perhaps with a port.
 *
 * Why: for connections that Node's agent does not make.
 */
export function bypassesProxy({ env }: Proxy, name: string, port: number): boolean {
  const entries = (env['no_proxy'] ?? '').toLowerCase().split(/[\s,]+/)
  return entries.some((entry) => {
    const [, domain = '', only] = /^\*?\.?(.*?)(?::(\d+))?$/.exec(entry) ?? []
    if (entry === '*') return true
    if (domain === '' || (only !== undefined && Number(only) !== port)) return false
    return name === domain || name.endsWith(`.${domain}`)
  })
}
