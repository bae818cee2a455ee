import type { Kind, TargetValues } from '../model.ts'
import type { SourceObject } from '../source.ts'

/** What the filters say of an object. */
export type ScopeVerdict =
  | { readonly inScope: true }
  /** `reason` is the end of a sentence about the object: "is out of scope: …". */
  | { readonly inScope: false; readonly reason: string }

/** What the mappings make of an object. */
export interface Mapped {
  /** `active` is not among them unless it is mapped. */
  readonly values: TargetValues
  /** What a create sets: the same with defaults, and with what is mapped only on create. */
  readonly onCreate: TargetValues
  /** Of what a create sets to the first value that is free at the target: the values to choose from, by path. */
  readonly candidates: Readonly<Record<string, readonly string[]>>
  /** Why the object cannot be mapped; empty where it can. */
  readonly problems: readonly string[]
}

/** What may be done to one kind of object. */
export interface Actions {
  readonly create: boolean
  readonly update: boolean
  readonly delete: boolean
}

/** A plan whose deletes and disables exceed both limits waits for a person. */
export interface Guard {
  readonly count: number
  /** Of what is linked, from 0 to 1. */
  readonly share: number
}

/** Paths whose values no log and no plan shows. */
export type Hidden = Readonly<Record<Kind, ReadonlySet<string>>>

/** What the configuration decides about what the target should hold. */
export interface Policy {
  /** Digest of everything that decides it: with another one, everything is judged anew. */
  readonly fingerprint: string
  /** `assigned` takes those assigned at the source, directly or as direct members of an assigned group. */
  readonly scope: 'all' | 'assigned'
  /** Whether an assignment with the role "Default Access" counts. */
  readonly defaultAccess: boolean
  /** What is made of groups in groups: nothing, or members of the outer group. */
  readonly nestedGroups: 'direct' | 'flatten'
  /** Target attributes that find an object, in the order in which they are tried. */
  readonly matching: Readonly<Record<Kind, readonly string[]>>
  readonly actions: Readonly<Record<Kind, Actions>>
  readonly mode: 'all' | 'users' | 'memberships'
  /** What becomes of users that leave the scope; `keep` leaves them and their memberships alone. */
  readonly onLeave: 'disable' | 'delete' | 'keep'
  readonly guard: Guard
  readonly hidden: Hidden
  inScope(kind: Kind, object: SourceObject): ScopeVerdict
  /** `softDeleted`: whether the user is to be inactive. */
  map(kind: Kind, object: SourceObject, softDeleted: boolean): Mapped
}
