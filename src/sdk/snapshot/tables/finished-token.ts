/**
 * What the token of a finished sync says: nothing is left to do, in the format of baton-sdk ≥ v0.8.0, whose readers pass over keys they do not know.
 *
 * Shape: `updatedFrom` is the sync in which everything was read that this one did not read itself; `source` names what was read, such as a network.
 */
export const finishedToken = (updatedFrom?: string, source?: string): string =>
  JSON.stringify({
    version: 1,
    ...(updatedFrom !== undefined && { updated_from: updatedFrom }),
    ...(source !== undefined && { source }),
  })

/** The sync a finished one was made from; `undefined` for one that read everything itself, and for the token of another program. */
export const updatedFromOf = (token: string): string | undefined => textIn(token, 'updated_from')

/** Name of what a finished sync read; `undefined` for one of an earlier version, and for the token of another program. */
export const sourceOf = (token: string): string | undefined => textIn(token, 'source')

const ADDED = 'grants_added_by_expansion'

/** The key that says how many grants expansion added, by the resource type of their entitlement. */
export const addedGrants = (added: Readonly<Record<string, number>>): Readonly<Record<string, unknown>> => ({
  [ADDED]: added,
})

/** How many grants expansion added; `undefined` where the token does not say, as that of another program. */
export function addedGrantsIn(token: string): Readonly<Record<string, number>> | undefined {
  const value = valueIn(token, ADDED)
  if (typeof value !== 'object' || value === null) return undefined
  return Object.fromEntries(Object.entries(value).filter(([, n]) => typeof n === 'number'))
}

function textIn(token: string, key: string): string | undefined {
  const value = valueIn(token, key)
  return typeof value === 'string' ? value : undefined
}

function valueIn(token: string, key: string): unknown {
  try {
    return (JSON.parse(token) as Readonly<Record<string, unknown>>)[key]
  } catch {
    // Not JSON: another program's.
    return undefined
  }
}
