/**
 * What a call meets: `429` is refused for its rate, `500` and `403` are refused without an effect, `lost-answer` has its effect
 * and answers 500.
 */
export type FaultKind = '429' | '403' | '500' | 'lost-answer'

/** A fault by the logical identity of the call it strikes. */
export interface Fault {
  readonly operation: string
  readonly kind: FaultKind
  /** How many calls it strikes. Default 1. */
  readonly times?: number
}

/** Faults still to come. */
export class Faults {
  #waiting: { readonly fault: Fault; left: number }[] = []

  schedule(...faults: readonly Fault[]): void {
    this.#waiting.push(...faults.map((fault) => ({ fault, left: fault.times ?? 1 })))
  }

  /** The fault that strikes this call, used up once. */
  strike(operation: string): FaultKind | undefined {
    const hit = this.#waiting.find(({ fault, left }) => fault.operation === operation && left > 0)
    if (hit === undefined) return undefined
    hit.left -= 1
    return hit.fault.kind
  }
}
