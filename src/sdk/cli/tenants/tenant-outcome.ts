import { type ConnectorError, type ErrorCode, exitCodeOf, worstOf } from '../../ground/errors.ts'

/** What became of one tenant. `stopped` is one that was not finished because the program was told to stop. */
export type TenantOutcome<T> =
  | { readonly tenant: string; readonly outcome: 'done'; readonly result: T }
  | { readonly tenant: string; readonly outcome: 'failed' | 'stopped'; readonly error: ConnectorError }

/** The exit code of a run: 0 where every tenant is done, else that of the worst code, see `WORST_FIRST`. */
export function exitCodeOfAll(outcomes: readonly TenantOutcome<unknown>[]): number {
  const codes = outcomes.flatMap((one): readonly ErrorCode[] => (one.outcome === 'done' ? [] : [one.error.code]))
  const worst = worstOf(codes)
  return worst === undefined ? 0 : exitCodeOf(worst)
}
