import { setImmediate as nextTurn } from 'node:timers/promises'

import { decodeResourceType } from '../../../sdk/wire/rows/decode-resource-type.ts'
import type { StoredTrait } from '../../../sdk/wire/rows/stored.ts'
import type { GrantHolders } from '../../../sdk/snapshot/read/grant-holders.ts'
import type { Snapshot } from '../../../sdk/snapshot/read/open-snapshot.ts'
import { ConnectorError } from '../../../sdk/ground/errors.ts'
import type { Kind } from '../../model.ts'
import type { SourceCall, SourceObject, SourceRead, SourceSink } from '../../source.ts'
import { Gaps } from '../gaps.ts'
import { decodedRow } from '../../../sdk/snapshot/read/decoded-row.ts'
import { groupEntitlements, type GroupEntitlements } from './membership-entitlements.ts'
import { LeftOut } from './left-out.ts'
import { Principals } from './principals.ts'
import { objectReader } from './resource-object.ts'
import { blobOf } from './row-blob.ts'

/** Objects at a time; more of them outlive the young generation. Source: measurement. */
const BATCH = 100
const COLUMNS = ['external_id', 'resource_type_id', 'data']

/** Types of a sync by what their resources are. A type of both traits counts as user. */
interface Types {
  readonly user: readonly string[]
  readonly group: readonly string[]
}

/** What of a snapshot is read. */
export interface C1zPart {
  readonly snapshot: Snapshot
  readonly syncId: string
  /** For sentences. */
  readonly file: string
  /** Slugs of the entitlements that make a member; `undefined` leaves that to what is usual. */
  readonly slugs: readonly string[] | undefined
  /** Attributes that are read besides the usual ones; `undefined` for all. */
  readonly attributes: Readonly<Record<Kind, readonly string[]>> | undefined
}

/** One read of a sync: users, then groups, then memberships. */
export class C1zReading {
  readonly #snapshot: Snapshot
  readonly #syncId: string
  readonly #file: string
  readonly #slugs: readonly string[] | undefined
  readonly #attributes: C1zPart['attributes']
  readonly #sink: SourceSink
  readonly #call: SourceCall
  #principals = new Principals({ user: [], group: [] })
  readonly #gaps = new Gaps()
  readonly #notes: string[] = []
  #memberCount = 0
  #taken: { readonly group: string; readonly kind: Kind; readonly members: string[] } = {
    group: '',
    kind: 'user',
    members: [],
  }

  constructor({ snapshot, syncId, file, slugs, attributes }: C1zPart, sink: SourceSink, call: SourceCall) {
    this.#snapshot = snapshot
    this.#syncId = syncId
    this.#file = file
    this.#slugs = slugs
    this.#attributes = attributes
    this.#sink = sink
    this.#call = call
  }

  /** Errors: `invalid-argument` where there are no users; `data-loss` for a damaged row; `canceled`. */
  async read(): Promise<SourceRead> {
    const types = this.#types()
    this.#principals = new Principals(types)
    await this.#objects('user', types.user)
    if (this.#principals.count('user') === 0)
      throw new ConnectorError(
        'invalid-argument',
        `read ${this.#file}`,
        'the snapshot holds no users; a source without entries is taken for a mistake',
      )
    await this.#objects('group', types.group)
    if (types.group.length > 0) await this.#memberships(types)
    return { complete: this.#gaps.none, gaps: this.#gaps.sentences(), notes: this.#notes }
  }

  #types(): Types {
    const types = { user: [] as string[], group: [] as string[] }
    for (const row of this.#snapshot.rows('v1_resource_types', this.#syncId)) {
      const id = String(row['external_id'])
      const { traits } = decodedRow(`read ${this.#file}`, `the row of the type ${id}`, () =>
        decodeResourceType(blobOf(row)),
      )
      const has = (trait: StoredTrait): boolean => traits.includes(trait)
      if (has('user')) types.user.push(id)
      else if (has('group')) types.group.push(id)
    }
    return types
  }

  async #objects(kind: Kind, types: readonly string[]): Promise<void> {
    const toObject = objectReader(kind, this.#attributes?.[kind])
    let batch: SourceObject[] = []
    const give = async (): Promise<void> => {
      if (kind === 'user') this.#sink.users(batch)
      else this.#sink.groups(batch)
      batch = []
      await this.#breathe()
    }
    for (const row of types.length === 0
      ? []
      : this.#snapshot.rows('v1_resources', this.#syncId, { columns: COLUMNS, resourceTypes: types })) {
      const key = String(row['external_id'])
      this.#principals.add(String(row['resource_type_id']), key)
      batch.push(decodedRow(`read ${this.#file}`, `the row of ${key}`, () => toObject(key, blobOf(row))))
      if (batch.length === BATCH) await give()
    }
    if (batch.length > 0) await give()
  }

  async #memberships({ group: groupTypes }: Types): Promise<void> {
    const found = groupEntitlements(this.#snapshot, this.#syncId, groupTypes, {
      principals: this.#principals,
      slugs: this.#slugs,
      file: this.#file,
    })
    const left = new LeftOut()
    for (const holders of this.#snapshot.holders(this.#syncId, groupTypes)) {
      for (const held of holders) this.#take(held, found, left)
      await this.#breathe()
    }
    this.#giveMembers()
    this.#notes.push(...left.tell(this.#file, found.others, this.#gaps))
  }

  #take(held: GrantHolders, { groups, otherIds }: GroupEntitlements, left: LeftOut): void {
    const { entitlementId, principalType, direct, inherited } = held
    const group = groups.get(entitlementId)
    if (group === undefined) {
      if (!otherIds.has(entitlementId)) left.unnamed(entitlementId, direct.length + inherited.length)
      return
    }
    const kind = this.#principals.kindOf(principalType)
    if (kind === undefined) {
      left.strangers += direct.length + inherited.length
      return
    }
    left.inherited += inherited.length
    if (this.#taken.group !== group || this.#taken.kind !== kind) {
      this.#giveMembers()
      this.#taken = { group, kind, members: [] }
    }
    for (const id of direct) {
      const member = this.#principals.keyOf(principalType, id)
      if (member === undefined) left.unknown++
      else this.#taken.members.push(member)
    }
  }

  /** Hands over the members of the group that was read last: all that stand together at once. */
  #giveMembers(): void {
    const { group, kind, members } = this.#taken
    if (members.length === 0) return
    this.#memberCount += members.length
    if (this.#sink.membersOf) this.#sink.membersOf(group, kind, members)
    else this.#sink.members(members.map((member) => ({ group, member, kind })))
  }

  /** Lets timers and signals have their turn. */
  async #breathe(): Promise<void> {
    this.#call.onProgress?.({
      users: this.#principals.count('user'),
      groups: this.#principals.count('group'),
      members: this.#memberCount,
    })
    await nextTurn()
    if (this.#call.signal.aborted) throw new ConnectorError('canceled', `read ${this.#file}`, 'stopped on request')
  }
}
