import { z } from 'zod'

/**
 * The form of an object for a strict server. It is learned when the server refused the usual form and accepted this one.
 *
 * Shape: `without` holds attributes that are left out, in lower case and without an entry: `externalid`, `emails.type`. `with` holds those that are
 * made from others.
 */
const Shape = z.strictObject({
  without: z.array(z.string()),
  with: z.array(z.enum(['name.formatted', 'displayName', 'members'])),
})
export type Shape = z.infer<typeof Shape>

/**
 * What a SCIM server can do and how it wants to be spoken to; learned by `scim test` and by answers, and kept in the state.
 *
 * Source: the rules of docs/decisions/0010-scim.md, each seen at a real server.
 */
export const TargetProfile = z.strictObject({
  /** `twingate` begins with what Twingate documents, `generic` with what most servers take. */
  name: z.enum(['twingate', 'generic']),
  /**
   * Attributes whose filter has found a known object; only theirs may prove that something is absent. That of `userName` has found it by a
   * value written in another case.
   */
  filters: z.array(z.enum(['user.externalId', 'user.userName', 'group.externalId', 'group.displayName'])),
  /** Most users that a page gives. Groups come with their members: they are asked for 100 at a time. */
  pageSize: z.int().min(1).max(1000),
  /** Most entries that the server lets a page ask for; `undefined` where it has refused none. */
  mostCount: z.int().min(1).optional(),
  /** Pages are as large as the server makes them, which fails where a number of entries is asked for. */
  ownPages: z.boolean().optional(),
  /** Pages follow by cursors instead of numbers. */
  cursors: z.boolean().optional(),
  /** A total was more than its page: totals are not those of pages. */
  totalsAreWhole: z.boolean().optional(),
  membersPerRequest: z.int().min(1).max(1000),
  /** `list`: those that stay replace all, the last resort. */
  memberRemoval: z.enum(['filter', 'value', 'list']),
  memberRef: z.boolean(),
  /** Some servers answer 501 to `add`. */
  addOperation: z.enum(['add', 'replace']),
  /** What is changed by PUT, since no PATCH of it is taken (405, or 501 for each). */
  puts: z.array(z.enum(['user', 'group', 'members'])),
  /** Whether listings of groups show members; `undefined` until a group with members was seen. */
  listShowsMembers: z.boolean().optional(),
  /** Groups show no members anywhere, and yet they have them: their memberships show at users, or a filter finds them. */
  hidesMembers: z.boolean().optional(),
  /** No read shows any membership: those that the target said yes to count as sent, and nobody can verify them. Only where `hidesMembers`. */
  membersUnverifiable: z.boolean().optional(),
  /** What reads of groups ask for by name, where the members are given on request alone. */
  groupAttributes: z.array(z.string()).optional(),
  /** Groups show less when they are read one by one than in listings. */
  listsShowMore: z.boolean().optional(),
  etag: z.boolean(),
  /** Kinds of which an object was created as usual: a refusal is about the object then, and no shape is looked for. */
  takesUsual: z.array(z.enum(['user', 'group'])).optional(),
  shapes: z.strictObject({ user: Shape.optional(), group: Shape.optional() }).optional(),
  /** A PATCH holds one operation. */
  onePerPatch: z.boolean().optional(),
  /** Lists are changed as a whole: no path that names an entry is taken. */
  wholeLists: z.boolean().optional(),
  /** What DELETE of a user leaves: nothing, or a disabled user that keeps its name. */
  deleteLeaves: z.enum(['nothing', 'disabled']).optional(),
  /** Attribute paths whose values the server changes when it stores them, so that they are not sent again. */
  rewritten: z.array(z.string()),
  /** Published rate limit; `undefined` where none is known. */
  requestsPerSecond: z.number().positive().optional(),
})
export type TargetProfile = z.infer<typeof TargetProfile>

/** What can be changed by a PATCH, or by a PUT where there is no PATCH of it: attributes of users or of groups, and members. */
export type Changeable = TargetProfile['puts'][number]

const START: Omit<TargetProfile, 'name'> = {
  filters: [],
  pageSize: 100,
  membersPerRequest: 100,
  memberRemoval: 'filter',
  memberRef: false,
  addOperation: 'add',
  puts: [],
  etag: false,
  rewritten: [],
}

/** What is taken for true of a server before anything was learned. Source: Twingate's SCIM Provisioning API, which allows 25 requests a second. */
export const startingProfile = (name: TargetProfile['name']): TargetProfile =>
  Object.freeze({ ...START, name, ...(name === 'twingate' && { requestsPerSecond: 25 }) })
