import type { Clock, Logger, Sleep } from '../sdk/ground/ports.ts'
import type { Kind, SourceAttributes } from './model.ts'

export interface SourceObject {
  /** Unique and stable for as long as the object lives: an object id, an entryUUID, an external id. Never a name. */
  readonly id: string
  readonly attributes: SourceAttributes
  /** Whether the source lets the user sign in; `undefined` where it does not say. Groups have none. */
  readonly enabled?: boolean | undefined
}

export interface SourceMember {
  readonly group: string
  readonly member: string
  readonly kind: Kind
}

/** That a principal is assigned to the application at the source. */
export interface SourceAssignment {
  readonly principal: string
  readonly kind: Kind
  /** The "Default Access" role, see SCIM-10. */
  readonly defaultAccess: boolean
}

export interface SourceRemoval {
  readonly kind: Kind
  readonly id: string
  /** Gone for good; otherwise it can come back, as from a recycle bin. */
  readonly permanent: boolean
}

/** Takes what a source reads, in batches of any size and any order. The same object may come again: what came last counts. */
export interface SourceSink {
  users(batch: readonly SourceObject[]): void
  groups(batch: readonly SourceObject[]): void
  members(batch: readonly SourceMember[]): void
  /** As `members`, for many of one kind in one group. @default `members` is called */
  membersOf?(group: string, kind: Kind, members: readonly string[]): void
  assignments(batch: readonly SourceAssignment[]): void
}

/**
 * Takes changes since a watermark. What is in neither call is as it was. Objects come whole here too.
 *
 * Assignments are the exception: no source tells how they changed, so `assignments` gets all of them in every read of changes. After a complete
 * read, a principal that is not among them is no longer assigned.
 */
export interface ChangeSink extends SourceSink {
  removed(batch: readonly SourceRemoval[]): void
  notMembers(batch: readonly SourceMember[]): void
  /**
   * The object as this source gave it last, `undefined` where it gave none or removed it since. Why: a source may tell only the attributes that
   * changed, and it must read by itself whoever is assigned and not known here.
   */
  stored(kind: Kind, id: string): SourceObject | undefined
}

export interface SourceRead {
  /**
   * Whether everything that there is was read. An incomplete read may create and update, never disable or remove.
   */
  readonly complete: boolean
  /** Why it is not, as a sentence for people; more than one where more is wrong. */
  readonly gaps: readonly string[]
  /** Where the next read of changes begins; opaque. Only sources with `changes` give one. */
  readonly watermark?: string | undefined
  /** Sentences for people: what was ignored, what looks odd. */
  readonly notes: readonly string[]
}

export interface SourceCall {
  readonly signal: AbortSignal
  readonly clock: Clock
  readonly sleep: Sleep
  readonly log: Logger
  /** Told how much has been read, for the progress line. */
  readonly onProgress?: (read: { readonly users: number; readonly groups: number; readonly members: number }) => void
}

/** What a trial of a source found. */
export interface SourceFacts {
  /** One sentence: what answered and as whom. */
  readonly summary: string
  /** Names that mappings and filters may use, where the source knows them beforehand. */
  readonly attributes?: { readonly user: readonly string[]; readonly group: readonly string[] } | undefined
}

/** One object with what is needed to provision it alone. */
export interface SourceFind {
  readonly object: SourceObject
  /** Of a group: its direct members. Of a user: nothing. */
  readonly members: readonly SourceMember[]
  /** Of a user: the groups that it is a direct member of, where the source can tell. */
  readonly memberOf?: readonly string[] | undefined
  readonly assignment?: SourceAssignment | undefined
  /** Of a user: the assignments of the groups in `memberOf`. */
  readonly groupAssignments?: readonly SourceAssignment[] | undefined
  /** Why not all that was needed was read, as sentences; then nobody is taken away. @default it was */
  readonly gaps?: readonly string[] | undefined
}

/** One line of a mapping that a kind of source comes with: the target's path and an expression over the source's attributes. */
export interface DefaultMapping {
  readonly target: string
  readonly source: string
}

/**
 * Where people and groups are managed.
 *
 * Errors of all calls: `ConnectorError`; retryable codes are retried by the source itself before they come out. A source that is unreachable
 * throws; one that stops half way gives `complete: false`, or throws: both leave everybody as they are.
 */
export interface Source {
  /** `csv`, `graph`, … as the configuration names it. */
  readonly type: string
  /** For people, for example `people.csv` or `ldap://ldap.example.com`. Holds no secret. */
  readonly name: string
  /** Whether it knows assignments to the application; without them every user and group is in scope. */
  readonly hasAssignments: boolean
  readonly defaultMappings: { readonly user: readonly DefaultMapping[]; readonly group: readonly DefaultMapping[] }
  /** Reads everything. */
  read(sink: SourceSink, call: SourceCall): Promise<SourceRead>
  /** Reads what changed. Errors: `failed-precondition` with reason `watermark-expired` where everything has to be read again. */
  changes?(watermark: string, sink: ChangeSink, call: SourceCall): Promise<SourceRead>
  /**
   * Reads everything once more and asks in another way (other pages, a new connection), for a guard that wants to be sure before many leave.
   * Absent where there is no other way to ask; then the guard asks `read` again.
   */
  reread?(sink: SourceSink, call: SourceCall): Promise<SourceRead>
  /** Finds one by id, or by the names people use (userName, e-mail, display name); more than one where the name is ambiguous. */
  find(kind: Kind, reference: string, call: SourceCall): Promise<readonly SourceFind[]>
  /** Tries the source with as few requests as tell whether a read can work. */
  test(call: SourceCall): Promise<SourceFacts>
}
