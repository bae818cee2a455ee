/** Everything that can be made to go wrong. */
export const FAULT_KINDS = [
  '429',
  '413',
  '500',
  '504-html',
  '502-html',
  '503',
  'html-200',
  'html-404',
  '401',
  '403',
  'redirect-308',
  'errors-200',
  'errors-429-200',
  'errors-partial',
  'errors-path',
  'reset',
  'reset-mid-body',
  'truncated-json',
  'slow',
  'meet',
  'stall',
  'drop-rows',
  'drop-nested',
  'repeat-cursor',
  'null-cursor',
  'endless',
  'wrong-total',
  'null-node',
  'ok-false',
  'ok-true-null-entity',
  'lost-answer',
  'late-504',
] as const

export type FaultKind = (typeof FAULT_KINDS)[number]

/** The kinds after which the same request may well succeed, as a passing outage or a busy server gives. */
export const TRANSIENT_KINDS: readonly FaultKind[] = [
  '429',
  '500',
  '502-html',
  '503',
  'errors-200',
  'errors-429-200',
  'reset',
  'reset-mid-body',
  'truncated-json',
]

/** How a wait is announced: whole seconds, an HTTP date, or not at all. */
export type RetryAfterForm = 'seconds' | 'date' | 'none'

/** What goes wrong. Options that a kind does not use are ignored. */
export interface FaultAction {
  readonly kind: FaultKind
  /** 429 and 503: form of `Retry-After`. Default `seconds`. */
  readonly retryAfter?: RetryAfterForm
  /** 429 and 503: the wait announced. Default 1. */
  readonly retryAfterSeconds?: number
  /** slow, stall: how long the answer is held back. Default 1000. */
  readonly delayMs?: number
  /** late-504: answered with 504 at once, and carried out before the first request that comes so much later by the tenant's clock. Default 1000. */
  readonly lateMs?: number
  /** meet: carried out at once, and answered when so many matching requests have come. Default 1. */
  readonly parties?: number
  /** errors-partial, drop-rows, drop-nested, null-node: how many rows are hit. Default 1. */
  readonly rows?: number
  /** wrong-total: added to the true total. Default 1. */
  readonly by?: number
  /** errors-200, errors-partial, errors-path, ok-false: the text. */
  readonly message?: string
  /** redirect-308: the `Location`. Default `/api/graphql/moved/` on the same host. */
  readonly location?: string
}

/** The logical identity of a request; what is left out matches anything. */
export interface RequestMatch {
  /** The GraphQL operation name. */
  readonly operation?: string
  /** Index of the page, 0 for the first: the offset in `after` divided by the page size. */
  readonly page?: number
  /** 1 for the first time this operation asks with these variables; numbers among them (page sizes) are not compared. */
  readonly attempt?: number
  /** Variables that must be equal, for example `{ id }`. */
  readonly variables?: Readonly<Record<string, unknown>>
  /** Only requests whose `first` is larger, so that halving the page helps. */
  readonly whenFirstAbove?: number
  /** Only requests that ask for more lists at once. */
  readonly whenListsAbove?: number
  /** Only requests with a list of more ids among their variables, so that halving the write helps. */
  readonly whenIdsAbove?: number
}

/** A fault and where it strikes; it strikes every matching request, or the first `times` of them. */
export interface Fault extends RequestMatch, FaultAction {
  readonly times?: number
}

/** Every `nth` request the limiter lets through gets the next kind of the list, in turn; kinds that cannot hit it are passed over. */
export interface EveryNth {
  readonly nth: number
  readonly kinds: readonly (FaultKind | FaultAction)[]
}

const MUTATION_ONLY: ReadonlySet<FaultKind> = new Set(['ok-false', 'ok-true-null-entity', 'lost-answer', 'late-504'])

const QUERY_ONLY: ReadonlySet<FaultKind> = new Set([
  'errors-partial',
  'errors-path',
  'drop-rows',
  'drop-nested',
  'repeat-cursor',
  'null-cursor',
  'endless',
  'wrong-total',
  'null-node',
])

/** Whether a kind has any effect on that sort of operation. */
export const fits = (kind: FaultKind, mutation: boolean): boolean =>
  mutation ? !QUERY_ONLY.has(kind) : !MUTATION_ONLY.has(kind)
