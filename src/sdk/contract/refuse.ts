import { ConnectorError, type ErrorCode } from '../ground/errors.ts'
import type { PlannedChange } from './provisioner.ts'

/** The verdict of a guard: `operation` and `detail` as in `ConnectorError`. */
export const refuse = <C>(
  change: C,
  code: ErrorCode,
  operation: string,
  detail: string,
): Extract<PlannedChange<C>, { verdict: 'refused' }> => ({
  change,
  verdict: 'refused',
  error: new ConnectorError(code, operation, detail),
})

/** Errors: what stands in the place of a value. */
export function sound<T>(value: T | ConnectorError): T {
  if (ConnectorError.is(value)) throw value
  return value
}

/** Whether there is something to send. Errors: the guard's, where the change was refused. */
export function isNeeded(plan: PlannedChange<unknown>): boolean {
  if (plan.verdict === 'refused') throw plan.error
  return plan.verdict === 'needed'
}
