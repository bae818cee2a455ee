/** Kinds of files by the end of their name. */
const TYPES: ReadonlyMap<string, string> = new Map([
  ['.json', 'json'],
  ['.ndjson', 'ndjson'],
  ['.jsonl', 'ndjson'],
  ['.ldif', 'ldif'],
  ['.c1z', 'c1z'],
])

/** The settings that a bare file name stands for: `-` is standard input, an unknown ending a snapshot. To be checked by `SourceOptions`. */
export function sourceByName(name: string): { readonly type: string; readonly file?: string } {
  if (name === '-') return { type: 'stdin' }
  const [ending = ''] = /\.[^./\\]*$/.exec(name.toLowerCase()) ?? []
  return { type: TYPES.get(ending) ?? 'c1z', file: name }
}
