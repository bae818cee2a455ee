import { type ConnectorError, isErrorAnswer, isServerFault } from '../ground/errors.ts'

/** Items per page where nothing speaks against it. Source: twingate-api.md §5 (100 is the most any known client asks for). */
export const FULL_PAGE = 100

/** Failures that a smaller page may avoid: the peer ran out of time over it. */
export const isTooHeavy = (error: ConnectorError): boolean =>
  error.code === 'deadline-exceeded' || isServerFault(error.reason)

/** Answers that are errors. The peer may allow no page of this size, or none that costs so much, and say so in any words. */
export const isRefusal = ({ code, reason }: ConnectorError): boolean =>
  isErrorAnswer(reason) && (code === 'unavailable' || code === 'internal')

/** A size that was refused so often is the peer's limit; once may have been a passing fault. */
const REFUSALS_OF_A_LIMIT = 2

/**
 * How many items to ask for, per kind of page: halved while the peer fails over it, doubled again with every page that comes through, up to what
 * the peer was seen to refuse.
 */
export function createPageSizes() {
  const sizes = new Map<string, number>()
  const refusals = new Map<string, { readonly size: number; readonly times: number }>()
  const sizeOf = (kind: string): number => sizes.get(kind) ?? FULL_PAGE
  const halve = (kind: string): void => void sizes.set(kind, Math.max(1, Math.floor(sizeOf(kind) / 2)))
  return {
    sizeOf,
    failed(kind: string, error: ConnectorError): void {
      if (isTooHeavy(error)) halve(kind)
    },
    /** A page of one item came through where one of this size did not. */
    refused(kind: string, size: number): void {
      const before = refusals.get(kind)
      refusals.set(kind, { size, times: before?.size === size ? before.times + 1 : 1 })
      if (sizeOf(kind) === size) halve(kind)
    },
    succeeded(kind: string): void {
      const wanted = Math.min(FULL_PAGE, sizeOf(kind) * 2)
      const refused = refusals.get(kind)
      const isLimit = refused !== undefined && refused.times >= REFUSALS_OF_A_LIMIT && wanted >= refused.size
      if (!isLimit) sizes.set(kind, wanted)
    },
  }
}

export type PageSizes = ReturnType<typeof createPageSizes>
