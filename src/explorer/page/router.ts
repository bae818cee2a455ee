import { useEffect, useState } from 'preact/hooks'

/** What the address bar says: the path in parts, and the words behind the question mark. */
export interface Route {
  readonly parts: readonly string[]
  readonly query: URLSearchParams
}

/** Words that stay when a link leads elsewhere: which file and which sync are looked at. */
const KEPT = ['file', 'sync'] as const

/** A part as it was before it was put into an address; as it stands where somebody typed what is none. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}

/** Several keys as one word of an address. */
export const keysText = (keys: readonly string[]): string =>
  keys.map((key) => key.replaceAll('%', '%25').replaceAll(',', '%2C')).join(',')

/** What `keysText` was given. */
export const keysIn = (text: string): readonly string[] =>
  text
    .split(',')
    .filter((key) => key !== '')
    .map((key) => key.replaceAll('%2C', ',').replaceAll('%25', '%'))

export const currentRoute = (): Route => ({
  parts: location.pathname
    .split('/')
    .filter((part) => part !== '')
    .map(decoded),
  query: new URLSearchParams(location.search),
})

/** The route, again whenever it changes. */
export function useRoute(): Route {
  const [route, setRoute] = useState(currentRoute)
  useEffect(() => {
    const look = (): void => setRoute(currentRoute())
    addEventListener('popstate', look)
    addEventListener('click', followLink)
    return () => {
      removeEventListener('popstate', look)
      removeEventListener('click', followLink)
    }
  }, [])
  return route
}

export type Words = Readonly<Record<string, string | undefined>>

/** An address within the page. What is looked at stays the same unless `words` say otherwise. */
export function hrefTo(parts: readonly string[], words: Words = {}): string {
  const { query } = currentRoute()
  const kept = KEPT.map((name) => [name, query.get(name) ?? undefined] as const)
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries({ ...Object.fromEntries(kept), ...words }))
    if (value !== undefined && value !== '') search.set(name, value)
  const text = search.toString()
  return `/${parts.map(encodeURIComponent).join('/')}${text === '' ? '' : `?${text}`}`
}

/** Other words behind the question mark of the same path. */
export function hrefWith(words: Words): string {
  const { parts, query } = currentRoute()
  return hrefTo(parts, { ...Object.fromEntries(query), ...words })
}

export function go(href: string, how: 'push' | 'replace' = 'push'): void {
  if (how === 'push') history.pushState(undefined, '', href)
  else history.replaceState(undefined, '', href)
  dispatchEvent(new PopStateEvent('popstate'))
  if (how === 'push') scrollTo(0, 0)
}

/** Links within the page change the view alone. */
function followLink(event: MouseEvent): void {
  if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey)
    return
  const link = event.target instanceof Element ? event.target.closest('a') : null
  if (!link || link.target !== '' || link.hasAttribute('download') || link.origin !== location.origin) return
  if (link.pathname.startsWith('/api/') || link.getAttribute('href')?.startsWith('#') === true) return
  event.preventDefault()
  go(`${link.pathname}${link.search}`)
}

/** Which sync questions are about. */
export function whereOf(query: URLSearchParams): { readonly file?: string; readonly sync?: string } {
  const [file, sync] = [query.get('file'), query.get('sync')]
  return { ...(file !== null && { file }), ...(sync !== null && { sync }) }
}
