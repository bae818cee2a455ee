import { type Entry, textsOf } from './entry.ts'

/** A uniqueMember may end in a bit string, `#'0101'B`. Source: RFC 4517 §3.3.21. */
const withoutBits = (value: string): string => value.replace(/#'[01]*'B$/, '')

/** Who is in a group: names of entries, and values of uid. */
export const groupMembers = (
  entry: Entry,
): { readonly memberDns: readonly string[]; readonly memberUids: readonly string[] } => ({
  memberDns: [...textsOf(entry, 'member'), ...textsOf(entry, 'uniqueMember').map(withoutBits)],
  memberUids: textsOf(entry, 'memberUid'),
})
