import type { ParsedNode } from 'yaml'
import { isMap, isScalar, isSeq } from 'yaml'
import { ConnectorError } from '../../sdk/ground/errors.ts'
import { readYaml as readText } from '../../sdk/settings/placed-yaml.ts'
import type { KeyNames } from './key-names.ts'
import { fileKey } from './key-names.ts'

/** A place in a configuration, in the names of the code. */
export type ConfigPath = readonly PropertyKey[]

/** The text of a configuration file, taken apart. */
export interface YamlSource {
  /** With the keys renamed as the code spells them. */
  readonly value: unknown
  /** Keys that stand in the file as the code spells them, which is not how the file does; they are not in `value`. */
  readonly misspelt: readonly ConfigPath[]
  /** The line of a place, from 1; of what is missing, the line of what should hold it. */
  lineOf(path: ConfigPath): number
}

const MAX_CHARS = 1024 * 1024
/** Deeper than every setting. */
const MAX_DEPTH = 30

/** Errors: `invalid-argument` for what is no YAML; nothing of the text is quoted, a secret may have been pasted into it. */
export function readYaml(text: string, name: string, names: KeyNames): YamlSource {
  const refuse = (detail: string) => new ConnectorError('invalid-argument', 'configuration', `${name}${detail}`)
  if (text.length > MAX_CHARS) throw refuse(' is longer than 1 MiB and cannot be a configuration')
  const read = readText(text)
  if ('fault' in read)
    throw read.fault === 'form'
      ? refuse(`, line ${read.line}: this is not valid YAML (${read.what})`)
      : refuse(' uses YAML aliases that cannot be resolved')
  const { value: plain, document, lineAt } = read
  if (plain === null || plain === undefined) throw refuse(' is empty; scim init writes one')
  const misspelt: ConfigPath[] = []
  const rename = (value: unknown, path: ConfigPath): unknown => {
    if (path.length > MAX_DEPTH) throw refuse(' uses YAML aliases that run in a circle, or is nested too deep')
    if (Array.isArray(value)) return value.map((item, i) => rename(item, [...path, i]))
    if (value === null || typeof value !== 'object') return value
    const entries: (readonly [string, unknown])[] = []
    for (const [key, inner] of Object.entries(value)) {
      const known = names.codeName(key)
      if (known === undefined && names.codeName(fileKey(key)) !== undefined) misspelt.push([...path, key])
      else entries.push([known ?? key, rename(inner, [...path, known ?? key])])
    }
    return Object.fromEntries(entries)
  }
  const value = rename(plain, [])
  return {
    value,
    misspelt,
    lineOf(path) {
      let node: ParsedNode | null = document.contents
      let line = node ? lineAt(node.range[0]) : 1
      for (const step of path) {
        const found = below(node, step, names)
        if (!found) break
        line = lineAt(found.offset)
        node = found.node
      }
      return line
    },
  }
}

/** The node under a key or a number, and where its key, or the item, begins. */
function below(
  node: ParsedNode | null,
  step: PropertyKey,
  names: KeyNames,
): { readonly node: ParsedNode | null; readonly offset: number } | undefined {
  if (isMap<ParsedNode, ParsedNode | null>(node)) {
    for (const { key, value } of node.items) {
      if (!isScalar(key) || (names.codeName(String(key.value)) ?? String(key.value)) !== String(step)) continue
      return { node: value, offset: key.range?.[0] ?? 0 }
    }
  }
  if (isSeq<ParsedNode>(node) && typeof step === 'number') {
    const item = node.items[step]
    if (item) return { node: item, offset: item.range[0] }
  }
  return undefined
}
