import { ConnectorError } from '../../../sdk/ground/errors.ts'
import type { Kind, TargetObject } from '../../model.ts'
import type { SourceCall, SourceMember, SourceRead, SourceSink } from '../../source.ts'
import type { Target } from '../../target/target.ts'
import { forEachFew } from '../for-each-few.ts'
import { Gaps } from '../gaps.ts'
import { KnownIds } from '../known-ids.ts'
import { sourceObject } from './resource-attributes.ts'

/** Who is in a group, as the server says it. */
type Membership = Pick<TargetObject, 'id' | 'memberGroups'> & { readonly members: readonly string[] }

/** One read of a server: users, then groups, then the members of each. */
export class ScimReading {
  readonly #server: Target
  readonly #host: string
  readonly #sink: SourceSink
  readonly #call: SourceCall
  readonly #ids = new KnownIds()
  readonly #gaps = new Gaps()
  #members = 0
  #strangers = 0

  constructor(server: Target, sink: SourceSink, call: SourceCall) {
    this.#server = server
    this.#host = new URL(server.url).host
    this.#sink = sink
    this.#call = call
  }

  /** Errors: as `Target.list` and `Target.get`; `invalid-argument` where there are no users. */
  async read(): Promise<SourceRead> {
    await this.#list('user', () => {})
    if (this.#ids.count('user') === 0)
      throw new ConnectorError(
        'invalid-argument',
        `read ${this.#host}`,
        'the server shows no users; a source without entries is taken for a mistake',
      )
    // Why held: a group may be a member of one that comes later.
    const held: Membership[] = []
    const unseen: string[] = []
    await this.#list('group', ({ id, members, memberGroups }) => {
      if (members === undefined) unseen.push(id)
      else held.push({ id, members, memberGroups })
    })
    for (const group of held) this.#give(group)
    this.#progress()
    await this.#readUnseen(unseen)
    const notes =
      this.#strangers === 0
        ? []
        : [`${this.#host}: members that are neither users nor groups of the listings are left out: ${this.#strangers}`]
    return { complete: this.#gaps.none, gaps: this.#gaps.sentences(), notes }
  }

  async #list(kind: Kind, onEach: (object: TargetObject) => void): Promise<void> {
    const { complete, objects } = await this.#server.list(
      kind,
      (page) => {
        for (const object of page) {
          this.#ids.add(kind, object.id, 0)
          onEach(object)
        }
        if (kind === 'user') this.#sink.users(page.map(sourceObject))
        else this.#sink.groups(page.map(sourceObject))
        this.#progress()
      },
      this.#call.signal,
    )
    if (!complete)
      this.#gaps.add(
        `the pages of ${kind}s at ${this.#host} do not add up: ${objects} came, and nobody can say who was missed`,
      )
  }

  /** Reads the groups whose members the listing does not show. */
  async #readUnseen(ids: readonly string[]): Promise<void> {
    await forEachFew(ids, async (id) => {
      const group = await this.#server.get('group', id, this.#call.signal)
      if (group?.members === undefined)
        this.#gaps.add(`the group ${id} at ${this.#host} was deleted while the server was read, or hides its members`)
      else this.#give({ id, members: group.members, memberGroups: group.memberGroups })
      this.#progress()
    })
  }

  #give({ id: group, members, memberGroups = [] }: Membership): void {
    const groups = new Set(memberGroups)
    const batch: SourceMember[] = []
    for (const member of members) {
      const kind = groups.has(member) ? 'group' : 'user'
      if (this.#ids.has(kind, member)) batch.push({ group, member, kind })
      // Most servers do not say what a member is.
      else if (kind === 'user' && this.#ids.has('group', member)) batch.push({ group, member, kind: 'group' })
      else this.#strangers++
    }
    this.#members += batch.length
    this.#sink.members(batch)
  }

  #progress(): void {
    this.#call.onProgress?.({
      users: this.#ids.count('user'),
      groups: this.#ids.count('group'),
      members: this.#members,
    })
  }
}
