import type { SyncView } from '../file/sync-view.ts'
import { keyOf, type Kind, type Thing } from '../model/thing.ts'

/** A resource as a list of all shows it. */
export interface NameEntry {
  /** `type:id` */
  readonly key: string
  readonly name: string
  readonly type: string
  readonly kind: Kind
  readonly email: string | null
  readonly status: 'enabled' | 'disabled' | 'deleted' | null
}

/** An entry beside its name, address and id in small letters, to be looked through. */
export interface FoldedEntry {
  readonly entry: NameEntry
  readonly folded: string
}

export const entryOf = ({ id, name, kind, email, status }: Thing): NameEntry => ({
  key: keyOf(id),
  name,
  type: id.type,
  kind,
  email: email === '' ? null : email,
  status: status === '' ? null : status,
})

export const foldedEntry = (entry: NameEntry): FoldedEntry => ({
  entry,
  folded: `${entry.name}\n${entry.email ?? ''}\n${entry.key.slice(entry.type.length + 1)}`.toLowerCase(),
})

/** All resources of a sync: people first, then by type and name. Errors: `data-loss` for a damaged row. */
export function nameList(view: SyncView): readonly FoldedEntry[] {
  const entries: FoldedEntry[] = []
  for (const thing of view.things()) entries.push(foldedEntry(entryOf(thing)))
  return entries.sort(inNameOrder)
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** The order of `nameList`. */
export const inNameOrder = ({ entry: a, folded }: FoldedEntry, { entry: b, folded: other }: FoldedEntry): number =>
  Number(a.kind !== 'user') - Number(b.kind !== 'user') ||
  (a.kind === 'user' ? 0 : compare(a.type, b.type)) ||
  compare(folded, other) ||
  compare(a.key, b.key)
