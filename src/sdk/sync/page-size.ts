import type { ConnectorError } from '../ground/errors.ts'

/** Items per page where nothing speaks against it. Source: twingate-api.md §5 (100 is the most any known client asks for). */
export const FULL_PAGE = 100

/** Failures that a smaller page may avoid: the peer ran out of time over it. */
const isTooHeavy = (error: ConnectorError): boolean =>
  error.code === 'deadline-exceeded' || /^http 5\d\d$/.test(error.reason)

/** How many items to ask for, per kind of page: halved while the peer fails over it, doubled again with every page that comes through. */
export function createPageSizes() {
  const sizes = new Map<string, number>()
  const sizeOf = (kind: string): number => sizes.get(kind) ?? FULL_PAGE
  return {
    sizeOf,
    failed(kind: string, error: ConnectorError): void {
      if (isTooHeavy(error)) sizes.set(kind, Math.max(1, Math.floor(sizeOf(kind) / 2)))
    },
    succeeded(kind: string): void {
      sizes.set(kind, Math.min(FULL_PAGE, sizeOf(kind) * 2))
    },
  }
}

export type PageSizes = ReturnType<typeof createPageSizes>
