import { ConnectorError } from '../sdk/ground/errors.ts'
import { refusedWord } from '../sdk/text/refused-word.ts'
import { isLoopback } from '../sdk/http/is-loopback.ts'

/** Where a tenant's Admin API lives and which hosts may be told its key. */
export interface Endpoint {
  /** Name of the network: the first label of the tenant's hosts. */
  readonly network: string
  /** Address that queries are posted to, with the trailing slash that the API asks for. */
  readonly url: string
  /** Set with `--base-url`: the one host that is asked then. */
  readonly onlyHost?: string
}

/** Where people set what may be wrong, for the advice in errors. */
export interface SettingPlaces {
  /** Of the API key, for example `--api-key-file (BATON_API_KEY_FILE)`. */
  readonly key: string
  /** Of the name of the network. */
  readonly network: string
}

/** Where a run for one network has them. */
export const FLAG_PLACES: SettingPlaces = Object.freeze({
  key: '--api-key-file (BATON_API_KEY_FILE)',
  network: '--domain (BATON_DOMAIN)',
})

/** The Admin API in the words of the transport's errors. */
export const twingatePeer = ({ network }: SettingPlaces) =>
  Object.freeze({
    operation: 'call the Twingate API',
    setting: `the network name in ${network}`,
    timeoutSetting: '--http-timeout-seconds',
  })

const ZONE = 'twingate.com'
const API_PATH = '/api/graphql/'
const LABEL = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/
/** `us1`, `eu2`: what tells `acme.us1` from another company's `acme.com`. */
const REGION = /^[a-z]{2,}\d+$/

/**
 * Reads what a person calls the domain: `acme`, `acme.us1`, `acme.twingate.com`, `acme.us1.twingate.com` or the console's address.
 *
 * Errors: `invalid-argument` for anything else; the detail ends a sentence that begins with the flag.
 * Source: the forms in Twingate's own tools; `acme.acme` is a frequent slip that would end in a certificate error.
 */
export function parseDomain(text: string, options: { readonly baseUrl?: string | undefined } = {}): Endpoint {
  const host = hostOf(text.trim())
  const labels = host.endsWith(`.${ZONE}`) ? host.slice(0, -ZONE.length - 1).split('.') : host.split('.')
  const [network = '', region, ...rest] = labels
  const known = region === undefined || host.endsWith(`.${ZONE}`) ? region !== network : REGION.test(region)
  if (!known || rest.length > 0 || !labels.every((label) => LABEL.test(label)) || host === ZONE) throw refusal(text)
  if (options.baseUrl !== undefined) return { network, ...parseBaseUrl(options.baseUrl) }
  return { network, url: `https://${labels.join('.')}.${ZONE}${API_PATH}` }
}

/** Errors: `invalid-argument`, as for `parseDomain`. Why: plain http would send the key in the clear, so only this machine may be asked that way. */
export function parseBaseUrl(text: string): { readonly url: string; readonly onlyHost: string } {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (!url || !['http:', 'https:'].includes(url.protocol) || url.username || url.password || url.search || url.hash)
    throw invalid('must be an address such as https://proxy.example.com, without user name, query or fragment')
  if (url.protocol === 'http:' && !isLoopback(url.hostname))
    throw invalid(
      'must begin with https://; plain http is for addresses of this machine only, the key would travel in the clear',
    )
  const path = url.pathname.replace(/\/+$/, '')
  url.pathname = path.endsWith('/api/graphql') ? `${path}/` : `${path}${API_PATH}`
  return { url: url.href, onlyHost: url.host }
}

/** True for the tenant's own hosts, regional ones included. A host with a port is none of them. */
export const isTenantHost = (host: string, network: string): boolean =>
  host.toLowerCase().startsWith(`${network}.`) && host.toLowerCase().endsWith(`.${ZONE}`)

/** Decides whether the API key may be sent to an address, for example the target of a redirect. */
export function mayReceiveKey(endpoint: Endpoint, target: URL): boolean {
  if (target.username || target.password) return false
  if (endpoint.onlyHost === undefined)
    return target.protocol === 'https:' && isTenantHost(target.host, endpoint.network)
  // A step down from https to http on the same host would put the key on the wire in the clear.
  return target.host === endpoint.onlyHost && target.protocol === new URL(endpoint.url).protocol
}

/** The host in lower case; what is no host at all comes back as it is and is refused by its labels. */
function hostOf(text: string): string {
  if (!text.includes('/')) return text.toLowerCase()
  const address = text.includes('://') ? text : `https://${text}`
  const url = URL.canParse(address) ? new URL(address) : undefined
  const plain = url?.protocol === 'https:' && !url.username && !url.password && !url.port
  // A path is only read behind a full host name: `acme/x` is more likely a slip.
  return url && plain && url.hostname.endsWith(`.${ZONE}`) ? url.hostname : text
}

const refusal = (text: string): ConnectorError =>
  invalid(
    `must be the network's name, its host or the console's address (acme, acme.us1, acme.${ZONE}, https://acme.${ZONE}), got ${refusedWord(text)}`,
  )

const invalid = (detail: string): ConnectorError => new ConnectorError('invalid-argument', 'configuration', detail)
