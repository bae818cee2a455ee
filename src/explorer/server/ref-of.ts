import { keyOf, type Thing } from '../../readers/model/thing.ts'
import type { Ref } from './answers.ts'

/** A thing as answers name it. */
export const refOf = ({ id, name, kind, email, status }: Thing): Ref => ({
  key: keyOf(id),
  name,
  type: id.type,
  kind,
  email: email === '' ? null : email,
  status: status === '' ? null : status,
})
