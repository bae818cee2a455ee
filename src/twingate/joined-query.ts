import { z } from 'zod'
import { ConnectorError } from '../sdk/ground/errors.ts'

type Variables = Readonly<Record<string, unknown>>

interface Asked {
  readonly query: { readonly operation: string; readonly document: string }
  readonly variables: Variables
}

/** The answer of a request that asks several questions: root fields by their names there. */
export const Answers = z.record(z.string(), z.unknown())
export type Answers = z.infer<typeof Answers>

/** One question among others. */
export interface JoinedPart {
  /** The name of each root field in the joint answer, by the name that the question itself uses. */
  readonly names: ReadonlyMap<string, string>
  /** The root fields themselves, for example `users`. */
  readonly roots: readonly string[]
  /** Lines of the document that hold it, from 1. */
  readonly from: number
  readonly to: number
}

/** Several questions in one document. */
export interface JoinedQuery {
  /** In words, for errors. */
  readonly operation: string
  readonly name: string
  readonly document: string
  readonly variables: Variables
  /** In the order of the questions. */
  readonly parts: readonly JoinedPart[]
}

/**
 * One document that asks what several documents ask.
 *
 * Shape: variable `first` of the second question is `$first_1`. A root field keeps its name where no field before it has the name, so that few
 * aliases are needed. A list that `@include` leaves out, as the overlap of a first page, is left out of the text. Each question stands on lines of its
 * own, and fragments that several of them spread stand there once.
 */
export function joinQueries(asked: readonly Asked[]): JoinedQuery {
  const fragments = new Map<string, string>()
  const taken = new Set<string>()
  const declared: string[] = []
  const variables: Record<string, unknown> = {}
  const lines: string[] = []
  const parts = asked.map(({ query, variables: own }, i): JoinedPart => {
    const parsed = readDocument(query.document)
    for (const [name, text] of parsed.fragments) fragments.set(name, text)
    const fields = parsed.fields.filter(({ text }) => isWanted(text, own))
    const names = new Map<string, string>()
    const from = lines.length + FIRST_LINE
    for (const { key, name, text } of fields) {
      const shown = taken.has(name) ? `${key}_${i}` : name
      taken.add(shown)
      names.set(key, shown)
      const numbered = text.replaceAll(/\$\w+/g, (variable) => `${variable}_${i}`)
      lines.push(...`    ${shown === name ? '' : `${shown}: `}${numbered}`.split('\n'))
    }
    const used = new Set(fields.flatMap(({ text }) => text.match(/\$\w+/g) ?? []))
    for (const [name, type] of parsed.parameters) if (used.has(`$${name}`)) declared.push(`$${name}_${i}: ${type}`)
    for (const [name, value] of Object.entries(own)) if (used.has(`$${name}`)) variables[`${name}_${i}`] = value
    return { names, roots: fields.map(({ name }) => name), from, to: lines.length + FIRST_LINE - 1 }
  })
  const [first] = asked
  const name = asked.map(({ query }) => query.operation).join('_')
  return {
    operation: `${first?.query.operation ?? ''} and ${asked.length - 1} more`,
    name,
    document: [`query ${name}(${declared.join(', ')}) {`, ...lines, '}', ...fragments.values()].join('\n'),
    variables,
    parts,
  }
}

/** The first line behind the head of the document. */
const FIRST_LINE = 2

/** Whether a field is asked for at all: its own `@include` may say no. */
function isWanted(text: string, variables: Variables): boolean {
  const condition = /^\w+(?:\([^()]*\))? *@include\(if: \$(\w+)\)/.exec(text)?.[1]
  return condition === undefined || variables[condition] !== false
}

interface RootField {
  /** Its name in the answer. */
  readonly key: string
  readonly name: string
  /** From its name on, without an alias. */
  readonly text: string
}

interface ParsedDocument {
  readonly parameters: readonly (readonly [name: string, type: string])[]
  readonly fields: readonly RootField[]
  readonly fragments: ReadonlyMap<string, string>
}

const parsed = new Map<string, ParsedDocument>()

/** The parts of a document of this program; each is read once. Errors: `internal` for one of another form. */
function readDocument(document: string): ParsedDocument {
  const known = parsed.get(document)
  if (known) return known
  const [, declared = '', rest] = /^query \w+\(([^()]*)\) \{([\s\S]*)$/.exec(document) ?? []
  if (rest === undefined) throw new ConnectorError('internal', 'join queries', 'a document has another form')
  const [body = '', ...fragments] = rest.split(/\n(?=fragment )/)
  const read: ParsedDocument = {
    parameters: [...declared.matchAll(/\$(\w+): ([^,]+)/g)].map(([, name = '', type = '']) => [name, type]),
    fields: rootFieldsOf(body.slice(0, body.lastIndexOf('}'))),
    fragments: new Map(fragments.map((text) => [/^fragment (\w+)/.exec(text)?.[1] ?? '', text.trimEnd()])),
  }
  parsed.set(document, read)
  return read
}

/** The fields of a selection; what stands inside braces or brackets belongs to the field before. */
function rootFieldsOf(selection: string): readonly RootField[] {
  const starts: number[] = []
  let depth = 0
  for (const { 0: token, index } of selection.matchAll(/[({]|[)}]|@\w+|\w+(?: *: *\w+)?/g)) {
    if (token === '(' || token === '{') depth++
    else if (token === ')' || token === '}') depth--
    else if (depth === 0 && !token.startsWith('@')) starts.push(index)
  }
  return starts.map((start, i): RootField => {
    const [, alias, text = '', name = ''] =
      /^(?:(\w+) *: *)?((\w+)[\s\S]*)$/.exec(selection.slice(start, starts[i + 1]).trimEnd()) ?? []
    return { key: alias ?? name, name, text }
  })
}
