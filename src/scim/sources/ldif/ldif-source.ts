import { ConnectorError } from '../../../sdk/ground/errors.ts'
import type { Kind } from '../../model.ts'
import type { Source, SourceCall, SourceRead, SourceSink } from '../../source.ts'
import { commonNameRules, dnKey } from '../directory/dn.ts'
import { attributesOf, type Filter, parseFilter } from '../directory/filter.ts'
import { matches } from '../directory/filter-match.ts'
import { LDAP_MAPPINGS } from '../directory/mappings.ts'
import { Population } from '../directory/population.ts'
import { doubledId, KnownIds } from '../known-ids.ts'
import { readingSource } from '../reading-source.ts'
import type { TextFile } from '../text-file.ts'
import { ID_ATTRIBUTES, idOf } from '../directory/entry-key.ts'
import { memberOf } from './ldif-member.ts'
import { type LdifEntry, LdifReader } from './ldif-reader.ts'
import type { LdifOptions } from './options.ts'

const DEFAULT_FILTERS: Readonly<Record<Kind, string>> = {
  user: '(|(objectClass=inetOrgPerson)(&(objectClass=user)(!(objectClass=computer))))',
  group: '(|(objectClass=groupOfNames)(objectClass=groupOfUniqueNames)(objectClass=posixGroup)(objectClass=group))',
}

/** Names of mappings that are made here or in the engine. */
const MADE_HERE = new Set(['id', 'dn', 'issoftdeleted'])

/** An entry is one kind: a filter of users comes first. */
const ORDER = ['user', 'group'] as const

interface Rules {
  readonly filter: Filter
  /** The end of the names that count. */
  readonly below: string | undefined
}

/**
 * A directory that was written into an LDIF file.
 *
 * Shape: entries that fit the filter of users or of groups, whose key is in the file; members by their names. Errors: `invalid-argument` for a file that
 * is no content of a directory, that holds an entry or a key twice, or that knows an attribute of the settings nowhere.
 */
export function ldifSource(
  file: TextFile,
  options: LdifOptions,
  attributes: Readonly<Record<Kind, readonly string[]>>,
): Source {
  const read = (sink: SourceSink, call: SourceCall): Promise<SourceRead> =>
    readFile(file, options, attributes, sink, call)
  return readingSource({ type: 'ldif', name: file.name, defaultMappings: LDAP_MAPPINGS, read })
}

async function readFile(
  file: TextFile,
  options: LdifOptions,
  attributes: Readonly<Record<Kind, readonly string[]>>,
  sink: SourceSink,
  call: SourceCall,
): Promise<SourceRead> {
  const rules = { user: rulesOf('user', options), group: rulesOf('group', options) }
  const reading = new Reading(file, options, attributes)
  const before = file.fingerprint()
  const reader = new LdifReader(file.name)
  for await (const chunk of file.chunks(call.signal)) {
    for (const entry of reader.feed(chunk)) reading.take(entry, rules)
    call.onProgress?.(reading.population.counts)
  }
  for (const entry of reader.end()) reading.take(entry, rules)
  reading.refuse(rules)
  const gaps = [...reading.gaps()]
  if (file.fingerprint() !== before) gaps.push(`${file.name} changed while it was read; read it again`)
  const lookUp = (dn: string) => Promise.resolve(reading.holds(dn) ? { id: '' } : undefined)
  const notes = await reading.population.give(sink, { lookUp, inherited: options.inheritedMembers })
  return { complete: gaps.length === 0, gaps, notes: [...notes, ...reading.notes()] }
}

function rulesOf(kind: Kind, options: LdifOptions): Rules {
  const { filter = DEFAULT_FILTERS[kind], base } = options[`${kind}s`]
  return {
    filter: parseFilter(filter, `${kind}s.filter`),
    below: base === undefined ? undefined : dnKey(base, commonNameRules),
  }
}

/** What one read of a file has met so far. */
class Reading {
  readonly population = new Population(commonNameRules)
  readonly #file: TextFile
  readonly #options: LdifOptions
  readonly #attributes: Readonly<Record<Kind, readonly string[]>>
  readonly #ids = new KnownIds()
  /** The line on which each name stands. */
  readonly #names = new Map<string, number>()
  readonly #known = new Set<string>()
  #idAttribute: string | undefined
  #withoutId: { count: number; readonly example: string } | undefined

  constructor(file: TextFile, options: LdifOptions, attributes: Readonly<Record<Kind, readonly string[]>>) {
    this.#file = file
    this.#options = options
    this.#attributes = attributes
    this.#idAttribute = options.idAttribute
  }

  take(entry: LdifEntry, rules: Readonly<Record<Kind, Rules>>): void {
    for (const key of entry.attributes.keys()) this.#known.add(key)
    const key = dnKey(entry.dn, commonNameRules)
    if (key === undefined) throw this.#invalid(`line ${entry.line}: ${entry.dn} is no name of an entry`)
    const before = this.#names.get(key)
    if (before !== undefined)
      throw this.#invalid(`the lines ${before} and ${entry.line} have the same name ${entry.dn}`)
    this.#names.set(key, entry.line)
    const kind = ORDER.find((one) => isBelow(key, rules[one].below) && matches(rules[one].filter, entry))
    if (kind !== undefined) this.#add(kind, entry)
  }

  /** Whether an entry of the file has a name, whatever its kind. */
  holds(dn: string): boolean {
    const key = dnKey(dn, commonNameRules)
    return key !== undefined && this.#names.has(key)
  }

  notes(): readonly string[] {
    const names = [...this.#attributes.user, ...this.#attributes.group].filter(
      (name) => !MADE_HERE.has(name.toLowerCase()),
    )
    const unknown = [...new Set(names)].filter((name) => !this.#known.has(name.toLowerCase()))
    return unknown.length === 0
      ? []
      : [`no entry of the file has ${unknown.join(', ')}, which mappings or filters name`]
  }

  gaps(): readonly string[] {
    if (!this.#withoutId) return []
    const { count, example } = this.#withoutId
    return [`${count} entries have no ${this.#idAttribute ?? ''}, for example ${example}`]
  }

  /** Refuses a file that cannot mean what the settings say. */
  refuse(rules: Readonly<Record<Kind, Rules>>): void {
    const { users, groups, enabled } = this.#options
    // The default filters fit files of any kind of server.
    if (users.filter !== undefined) this.#refuseUnknown('users.filter', attributesOf(rules.user.filter))
    if (groups.filter !== undefined) this.#refuseUnknown('groups.filter', attributesOf(rules.group.filter))
    if (enabled) this.#refuseUnknown('enabled.attribute', [enabled.attribute])
    if (this.population.counts.users > 0) return
    if (this.#withoutId) throw this.#noId(this.#withoutId.example)
    throw this.#invalid('no entry fits users.filter; a source without entries is taken for a mistake')
  }

  #add(kind: Kind, entry: LdifEntry): void {
    this.#idAttribute ??= ID_ATTRIBUTES.find((name) => entry.attributes.has(name.toLowerCase()))
    const id = this.#idAttribute === undefined ? undefined : idOf(entry, this.#idAttribute)
    if (id === undefined) {
      this.#withoutId ??= { count: 0, example: entry.dn }
      this.#withoutId.count++
      return
    }
    const before = this.#ids.add(kind, id, entry.line)
    if (before !== undefined) throw doubledId(this.#file.name, kind, id, `line ${before}`, `line ${entry.line}`)
    this.population.add(memberOf(kind, id, entry, this.#attributes[kind], this.#options.enabled))
  }

  #refuseUnknown(setting: string, names: readonly string[]): void {
    const unknown = names.find((name) => !this.#known.has(name.toLowerCase()))
    if (unknown !== undefined)
      throw this.#invalid(
        `${setting}: no entry of the file has the attribute ${unknown}; check its spelling and how the file was written`,
      )
  }

  #noId(example: string): ConnectorError {
    return this.#invalid(
      `${example} has none of ${ID_ATTRIBUTES.join(', ')}; write the file with operational attributes (ldapsearch … '*' '+'), or set id_attribute to an attribute that is unique and never changes`,
    )
  }

  #invalid(detail: string): ConnectorError {
    return new ConnectorError('invalid-argument', `read ${this.#file.name}`, detail)
  }
}

const isBelow = (key: string, below: string | undefined): boolean =>
  below === undefined || key === below || key.endsWith(`,${below}`)
