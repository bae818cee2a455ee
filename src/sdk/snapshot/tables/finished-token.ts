/**
 * What the token of a finished sync says: nothing is left to do, in the format of baton-sdk ≥ v0.8.0, whose readers pass over keys they do not know.
 *
 * Shape: `updatedFrom` is the sync in which everything was read that this one did not read itself.
 */
export const finishedToken = (updatedFrom?: string): string =>
  JSON.stringify({ version: 1, ...(updatedFrom !== undefined && { updated_from: updatedFrom }) })

/** The sync a finished one was made from; `undefined` for one that read everything itself, and for the token of another program. */
export function updatedFromOf(token: string): string | undefined {
  try {
    const { updated_from: from } = JSON.parse(token) as { readonly updated_from?: unknown }
    return typeof from === 'string' ? from : undefined
  } catch {
    // Not JSON: another program's.
    return undefined
  }
}
