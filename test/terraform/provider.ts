import type { Attributes } from './dynamic-value.ts'
import type { PlanRules } from './plan-change.ts'
import type { ProviderSchema } from './provider-schema.ts'

/** What goes wrong inside a provider: the user sees both texts. */
export class ProviderError extends Error {
  readonly detail: string
  /** What is true all the same, where a change was made and then did not end well. */
  readonly state: Attributes | undefined

  constructor(summary: string, detail = '', state?: Attributes) {
    super(summary)
    this.name = 'ProviderError'
    this.detail = detail
    this.state = state
  }
}

/** Carries out the changes of one resource type. Answers hold every attribute of the schema. */
export interface Resource extends PlanRules {
  create(change: Creation): Promise<Attributes>
  /** `null` where it is gone. */
  read(state: Attributes): Promise<Attributes | null>
  update(change: Update): Promise<Attributes>
  delete(state: Attributes): Promise<void>
  /** Attributes that `read` needs, out of the id a user gave. */
  importState?(id: string): Attributes
}

export interface Creation {
  /** With `unknown` for what the answer tells. */
  readonly planned: Attributes
  /** As written, with write-only values. */
  readonly config: Attributes
}

export interface Update extends Creation {
  readonly prior: Attributes
}

/** Answers what is looked up: the configuration plus what was found. */
export type DataSource = (config: Attributes) => Promise<Attributes>

/** A stand-in for a provider: its schema, and behaviour in place of the real one. */
export interface Provider {
  /** As in `required_providers`, for example `conductorone/conductorone`. */
  readonly source: string
  readonly schema: ProviderSchema
  readonly resources: Readonly<Record<string, Resource>>
  readonly dataSources: Readonly<Record<string, DataSource>>
}
