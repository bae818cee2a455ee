import { ConnectorError } from '../../sdk/errors.ts'
import type { TargetValue } from '../model.ts'
import type { Mapped } from './mapping.ts'

/** Whether somebody at the target has the value already. */
export type IsTaken = (path: string, value: string) => Promise<boolean>

/**
 * All values for a create: `values`, `onCreate`, and of each attribute with candidates the first that is free.
 *
 * Errors: `already-exists` where all candidates are taken; those of `isTaken`.
 */
export async function chooseUnique(mapped: Mapped, isTaken: IsTaken): Promise<Readonly<Record<string, TargetValue>>> {
  const chosen: Record<string, TargetValue> = { ...mapped.values, ...mapped.onCreate }
  for (const [path, candidates] of Object.entries(mapped.candidates)) {
    const free = await firstFree(path, candidates, isTaken)
    if (free === undefined)
      throw new ConnectorError(
        'already-exists',
        'choose a value',
        `every value that SelectUniqueValue offers for ${path} is taken at the target; add one to the mapping`,
      )
    chosen[path] = free
  }
  return chosen
}

async function firstFree(path: string, candidates: readonly string[], isTaken: IsTaken): Promise<string | undefined> {
  for (const candidate of candidates) if (!(await isTaken(path, candidate))) return candidate
  return undefined
}
