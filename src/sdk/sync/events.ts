/** What a run tells while it goes on. Nothing in it is needed to judge the result. */
export type SyncEvent =
  | { readonly kind: 'started'; readonly syncId: string; readonly resumed: boolean }
  /** Once, as soon as every listing has told its size: requests for pages, those to come and those answered, repairs apart. */
  | { readonly kind: 'estimate'; readonly requests: number }
  | {
      readonly kind: 'page'
      readonly phase: 'collect' | 'reconcile'
      readonly type: string
      /** Rows of the type read by now, and how many there are where that is known. */
      readonly done: number
      readonly total?: number
      /** Requests for pages that this run had answered; one may bring pages of several types. */
      readonly pages: number
    }
  | { readonly kind: 'retry'; readonly operation: string; readonly detail: string; readonly waitMs: number }
  | { readonly kind: 'sealing' }
