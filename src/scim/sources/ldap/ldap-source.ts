import type { Kind } from '../../model.ts'
import type { Source, SourceCall, SourceFacts, SourceFind, SourceRead, SourceSink } from '../../source.ts'
import { findInDirectory } from './find.ts'
import { ldapFilter } from './ldap-filter.ts'
import { LDAP_MAPPINGS } from '../directory/mappings.ts'
import type { LdapOptions } from './options.ts'
import { searchAll } from './paged-search.ts'
import { type DirectoryParts, onConnection, otherPageSize, prepare, readDirectory } from './read-directory.ts'
import { basesOf } from './read-plan.ts'
import type { SessionParts } from './session.ts'

/**
 * A live LDAP directory as a source.
 *
 * It tells no changes: members and names change without a time or a number that shows it (referential integrity, a renamed branch), so every cycle reads
 * everything. That costs requests to the directory only.
 */
export class LdapSource implements Source {
  readonly type = 'ldap'
  readonly name: string
  readonly hasAssignments = false
  readonly defaultMappings = LDAP_MAPPINGS
  readonly #parts: DirectoryParts

  constructor(options: LdapOptions, attributes: Readonly<Record<Kind, readonly string[]>>, session: SessionParts) {
    this.name = options.url.replace(/\/+$/, '')
    this.#parts = { options, attributes, session }
  }

  read(sink: SourceSink, call: SourceCall): Promise<SourceRead> {
    return readDirectory(this.#parts, this.#parts.options.pageSize, sink, call)
  }

  /** With pages of another size, on new connections. */
  reread(sink: SourceSink, call: SourceCall): Promise<SourceRead> {
    return readDirectory(this.#parts, otherPageSize(this.#parts.options.pageSize), sink, call)
  }

  find(kind: Kind, reference: string, call: SourceCall): Promise<readonly SourceFind[]> {
    return findInDirectory(this.#parts, kind, reference, call)
  }

  async test(call: SourceCall): Promise<SourceFacts> {
    const parts = this.#parts
    const { options } = parts
    const { result, doubt } = await onConnection(parts, call, async (connection) => {
      const { plan, schema } = await prepare(parts, connection)
      const { who } = await connection.whoAmI()
      return { plan, schema, who }
    })
    const { plan, schema, who } = result
    let seen = 0
    const [base = ''] = basesOf(options.users.base)
    const filter = ldapFilter(plan.user.filter, (name) => schema.canonical(name) ?? name)
    const question = { base, scope: options.users.scope, filter, attributes: [plan.idAttribute] }
    const first = await onConnection(parts, call, (connection) =>
      searchAll(
        connection,
        { ...question, pageSize: options.pageSize, knownReferrals: options.knownReferrals, setting: 'users.base' },
        (entries) => {
          seen += entries.length
        },
      ),
    )
    const gaps = [...first.result, doubt, first.doubt].filter((gap) => gap !== undefined)
    const trouble = gaps.length === 0 ? '' : `; a read would be incomplete: ${gaps.join('; ')}`
    const names = schema.names()
    return {
      summary: `${this.name} answers ${who === '' ? 'to nobody in particular' : `to ${who}`}; ${seen} users, keyed by ${plan.idAttribute}${trouble}`,
      attributes: { user: names, group: names },
    }
  }
}
