import type { DatabaseSync } from 'node:sqlite'
import { candidateFinder } from '../match/candidates.ts'
import { foldMatch } from '../match/match.ts'
import type { Kind, TargetValues } from '../model.ts'

/** Gives the values that a create takes: of each path the first candidate that is free, or the last. `json` is a row of `desired`. */
export type CandidateChooser = (json: string | null) => TargetValues

/**
 * Chooses values that nobody at the target has, and nobody else in this plan gets.
 *
 * Why the last candidate where none is free: the target refuses it, and its words say more than a create that is never made.
 */
export function candidateChooser(database: DatabaseSync, kind: Kind): CandidateChooser {
  const find = candidateFinder(database, kind)
  const chosen = new Set<string>()
  return (json) => {
    if (json === null) return {}
    const candidates = JSON.parse(json) as Readonly<Record<string, readonly string[]>>
    return Object.fromEntries(
      Object.entries(candidates).flatMap(([path, values]) => {
        const isFree = (value: string): boolean => {
          const folded = foldMatch(kind, path, value)
          return !chosen.has(`${path}\n${folded}`) && find(path, folded).length === 0
        }
        const value = values.find(isFree) ?? values.at(-1)
        if (value === undefined) return []
        chosen.add(`${path}\n${foldMatch(kind, path, value)}`)
        return [[path, value]]
      }),
    )
  }
}
