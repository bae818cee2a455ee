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

/** An entry with its name, address and id in small letters, to be looked through. */
export interface FoldedEntry extends NameEntry {
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

/** Why not by spreading: a hundred thousand of them. */
export const foldedEntry = ({ key, name, type, kind, email, status }: NameEntry): FoldedEntry => ({
  key,
  name,
  type,
  kind,
  email,
  status,
  folded: `${name}\n${email ?? ''}\n${key.slice(type.length + 1)}`.toLowerCase(),
})

/** All resources of a sync: people first, then by type and name. Errors: `data-loss` for a damaged row. */
export function nameList(view: SyncView): readonly FoldedEntry[] {
  const entries: FoldedEntry[] = []
  for (const thing of view.things()) entries.push(foldedEntry(entryOf(thing)))
  return entries.sort(inNameOrder)
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** The order of `nameList`. */
export const inNameOrder = (a: FoldedEntry, b: FoldedEntry): number =>
  Number(a.kind !== 'user') - Number(b.kind !== 'user') ||
  (a.kind === 'user' ? 0 : compare(a.type, b.type)) ||
  compare(a.folded, b.folded) ||
  compare(a.key, b.key)
