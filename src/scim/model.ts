/** What is provisioned. */
export type Kind = 'user' | 'group'

export const KINDS: readonly Kind[] = ['user', 'group']

/** A value as a source gives it. What is absent has no key; a source never gives null or ''. */
export type SourceValue = string | number | boolean | readonly string[]

/** By the source's own names, for example `userPrincipalName` or `mail`. */
export type SourceAttributes = Readonly<Record<string, SourceValue>>

/** A value as the target takes it. */
export type TargetValue = string | boolean

/**
 * What an object should be at the target, by attribute path as mappings write it: `userName`, `name.givenName`, `emails[type eq "work"].value`,
 * `urn:…:User:department`. What is absent is left alone at the target.
 */
export type TargetValues = Readonly<Record<string, TargetValue>>

/** An object as the target showed it last. */
export interface TargetObject {
  readonly kind: Kind
  /** Given by the target; never changes. */
  readonly id: string
  /** The resource as read, without `members`, `meta`, `schemas` and `groups`. */
  readonly attributes: Readonly<Record<string, unknown>>
  /** Of a group: the ids of its members, unique; `undefined` where the answer did not show them. */
  readonly members?: readonly string[] | undefined
  /** Which of the members are groups, where the answer says that of any. */
  readonly memberGroups?: readonly string[] | undefined
  /** `meta.version`, where the target gives one. */
  readonly version?: string | undefined
}

/** One attribute that differs. `before` is absent where nothing stood there, `after` where it is to be removed. */
export interface AttributeChange {
  readonly path: string
  readonly before?: TargetValue | undefined
  readonly after?: TargetValue | undefined
}
