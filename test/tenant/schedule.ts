import { type EveryNth, type Fault, type FaultAction, fits, type RequestMatch } from './faults.ts'
import { type JoinedRequest, matches, type RequestIdentity } from './request-identity.ts'
import type { Tenant } from './tenant.ts'

/** A change of the tenant that happens once, when the request it waits for is answered. */
export interface Change {
  readonly when: RequestMatch
  /** `before`: the answer already shows it. `after`: only later answers do. Default `before`. */
  readonly at?: 'before' | 'after'
  readonly apply: (tenant: Tenant) => void
}

/** What happens to requests, apart from the limiter. */
export interface Plan {
  readonly faults?: readonly Fault[]
  readonly every?: EveryNth
  readonly changes?: readonly Change[]
  /** A change that happens again and again, before every `nth` answer. */
  readonly steady?: { readonly nth: number; readonly apply: (tenant: Tenant) => void }
}

/** What the plan says about one request. */
export interface Turn {
  readonly attempt: number
  readonly fault: FaultAction | undefined
  /** The question that the fault is about. */
  readonly struck: RequestIdentity
  /** Applies and uses up the changes that wait for this request. */
  readonly change: (at: 'before' | 'after') => void
}

interface Try {
  readonly part: RequestIdentity
  readonly attempt: number
}

/** Walks through a plan request by request. A listed fault goes before `every`. */
export class Schedule {
  readonly #plan: Plan
  readonly #tenant: Tenant
  readonly #attempts = new Map<string, number>()
  readonly #struck = new Map<Fault, number>()
  readonly #pending: Set<Change>
  #count = 0
  #turn = 0

  constructor(plan: Plan, tenant: Tenant) {
    this.#plan = plan
    this.#tenant = tenant
    this.#pending = new Set(plan.changes)
  }

  next(request: JoinedRequest): Turn {
    const tries = request.parts.map((part) => this.#try(part))
    const attempt = Math.max(...tries.map((one) => one.attempt))
    const meets = (when: RequestMatch): Try | undefined =>
      tries.find((one) => matches(when, one.part, one.attempt, tries.length))
    this.#count += 1
    const { steady } = this.#plan
    if (steady && this.#count % steady.nth === 0) steady.apply(this.#tenant)
    const change = (at: 'before' | 'after') => {
      for (const waiting of this.#pending) {
        if ((waiting.at ?? 'before') !== at || !meets(waiting.when)) continue
        this.#pending.delete(waiting)
        waiting.apply(this.#tenant)
      }
    }
    const listed = this.#listed(request, (when) => meets(when) !== undefined)
    const fault = listed ?? this.#rotating(request)
    const struck = listed ? meets(listed)?.part : request.parts[this.#count % request.parts.length]
    return { attempt, fault, struck: struck ?? request, change }
  }

  #try(part: RequestIdentity): Try {
    const attempt = (this.#attempts.get(part.key) ?? 0) + 1
    this.#attempts.set(part.key, attempt)
    return { part, attempt }
  }

  #listed(request: RequestIdentity, isMeant: (when: RequestMatch) => boolean): Fault | undefined {
    const fault = this.#plan.faults?.find(
      (candidate) =>
        (this.#struck.get(candidate) ?? 0) < (candidate.times ?? Infinity) &&
        fits(candidate.kind, request.mutation) &&
        isMeant(candidate),
    )
    if (fault) this.#struck.set(fault, (this.#struck.get(fault) ?? 0) + 1)
    return fault
  }

  #rotating(request: RequestIdentity): FaultAction | undefined {
    const { nth, kinds } = this.#plan.every ?? { nth: 0, kinds: [] }
    if (nth < 1 || this.#count % nth !== 0) return undefined
    for (let tried = 0; tried < kinds.length; tried += 1) {
      const next = kinds[this.#turn % kinds.length]
      this.#turn += 1
      const action = typeof next === 'string' ? { kind: next } : next
      if (action && fits(action.kind, request.mutation)) return action
    }
    return undefined
  }
}
