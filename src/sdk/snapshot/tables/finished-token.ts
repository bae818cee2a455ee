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

function textIn(token: string, key: string): string | undefined {
  try {
    const value = (JSON.parse(token) as Readonly<Record<string, unknown>>)[key]
    return typeof value === 'string' ? value : undefined
  } catch {
    // Not JSON: another program's.
    return undefined
  }
}
