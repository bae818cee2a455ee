/** What a connector has asked of its source, as totals since its start. */
export interface SourceTraffic {
  /** Exchanges sent, refused ones included. */
  readonly requests: number
  /** Requests refused for their rate. */
  readonly refusals: number
  /** Requests whose credentials were refused, except those that then succeeded with new ones. */
  readonly authFailures: number
  /** Time spent waiting for the rate limit, in milliseconds. */
  readonly waitedMs: number
  /** Reads that may be sent now: by the limit learned, else by the published one. */
  readonly readsLeft: number
}
