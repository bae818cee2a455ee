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

export const entryOf = ({ id, name, kind, email, status }: Thing): NameEntry => ({
  key: keyOf(id),
  name,
  type: id.type,
  kind,
  email: email === '' ? null : email,
  status: status === '' ? null : status,
})
