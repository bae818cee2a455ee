import { type Entry, guidText, textOf } from './entry.ts'

/** Attributes that never change, the best first. */
export const ID_ATTRIBUTES = ['objectGUID', 'entryUUID', 'nsUniqueId', 'ipaUniqueID'] as const

/** The key of an entry in one spelling; `undefined` where it is not shown. */
export function idOf(entry: Entry, idAttribute: string): string | undefined {
  const [value] = entry.attributes.get(idAttribute.toLowerCase())?.values ?? []
  if (value === undefined) return undefined
  const id = idAttribute.toLowerCase() === 'objectguid' ? guidText(value) : textOf(value)?.toLowerCase()
  return id === '' ? undefined : id
}
