import type { ResourceId } from '../../sdk/model/model.ts'

/** Changes whenever an index of an earlier version could answer otherwise than the file. */
export const INDEX_FORMAT = 3

/**
 * Keys of the records of an index: of one sync of one file. A letter says what it is, in the order of the file.
 *
 * - `namesHead`; `names`, by number: the `NameTable` of all resources, see `nameRecords`
 * - `entitlement`, by id: its row
 * - `grantsOn`, by entitlement; `grantsOf`, by principal: rows of grants
 * - `children`, by the resource that they belong to: how many, and keys of the first
 * - `all`, by resource type: keys of resources; of roles alone
 * - `about`: the syncs of the file and how many rows each has
 * - `named`, by a name or an address in small letters: keys of resources
 * - `entitlementsOf`, by resource: ids
 * - `resource`, by `type:id`: its row
 * - `totals`: what takes a look at every row
 * - `types`: rows of resource types
 * - `expanding`: rows of grants that pass others on
 * - `young`: grants that some earlier full sync of the file does not hold
 * - `crowded`, by the key of a record that was left out because it is too large: empty
 */
export const KEYS = {
  namesHead: 'B',
  names: (number: number) => `C${String(number).padStart(9, '0')}`,
  entitlement: (id: string) => `E${id}`,
  grantsOn: (entitlementId: string) => `G${entitlementId}`,
  children: ({ type, id }: ResourceId) => `K${type}\0${id}`,
  all: (type: string) => `L${type}`,
  about: 'M',
  named: (text: string) => `N${text.toLowerCase()}`,
  entitlementsOf: ({ type, id }: ResourceId) => `O${type}\0${id}`,
  grantsOf: ({ type, id }: ResourceId) => `P${type}\0${id}`,
  resource: (key: string) => `R${key}`,
  totals: 'S',
  types: 'T',
  expanding: 'X',
  young: 'Y',
  crowded: (key: string) => `Z${key}`,
} as const

/** What is held: an entitlement and what it is on. */
export type HeldCell = readonly [entitlementId: string, resourceType: string, resourceId: string]

/** Who holds. */
export type PrincipalCell = readonly [type: string, id: string]

/**
 * What a grant says besides who holds what; nothing where that is all, and its id is put together of both, as the SDK does. Bytes are in hex, `null`
 * for none.
 */
export type OtherCells = readonly [id: string, expansion: string | null, data: string | null]

/** The grants of one entitlement. */
export type GrantsOn = readonly [held: HeldCell, grants: readonly (readonly [...PrincipalCell, ...(OtherCells | [])])[]]

/** The grants of one principal. */
export type GrantsOf = readonly [
  principal: PrincipalCell,
  grants: readonly (readonly [...HeldCell, ...(OtherCells | [])])[],
]

/** Any grant. */
export type GrantCell = readonly [held: HeldCell, principal: PrincipalCell, other: OtherCells]

/** How many resources a `NameTable` has, how many bytes their texts, and each type once. */
export interface NamesHead {
  readonly size: number
  readonly texts: number
  readonly folded: number
  readonly types: readonly string[]
}

/** Of a resource: how many belong to it, and the first in the order of their rows. */
export type ChildrenCell = readonly [total: number, keys: readonly string[]]

/** A grant, and in how many full syncs of the file up to this one it is without a gap. */
export type YoungCell = readonly [entitlementId: string, ...PrincipalCell, syncs: number]

/** Columns of a row and its message: JSON, a line feed, the bytes. */
export const recordOf = (columns: readonly string[], data: Uint8Array): Buffer =>
  Buffer.concat([Buffer.from(`${JSON.stringify(columns)}\n`), data])

const LINE_FEED = 10

/** What `recordOf` was given. */
export function readRecord(record: Buffer): { readonly columns: readonly string[]; readonly data: Buffer } {
  const end = record.indexOf(LINE_FEED)
  return { columns: JSON.parse(record.toString('utf8', 0, end)) as readonly string[], data: record.subarray(end + 1) }
}

/** What was written as JSON; its checksum says that it still is what was written. */
export const readJson = (record: Buffer): unknown => JSON.parse(record.toString())

/** Files may hold a number in a column of texts. */
export const columnText = (value: unknown): string =>
  typeof value === 'string' ? value : typeof value === 'number' ? String(value) : ''
