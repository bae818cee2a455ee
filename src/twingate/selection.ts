interface Field {
  /** Its name in the answer. */
  readonly key: string
  readonly inside: Selection
  /** `Type.key`, where it stands directly in a fragment. */
  readonly ofFragment?: string
}

interface Selection {
  readonly fields: readonly Field[]
  readonly spreads: readonly string[]
}

interface ParsedDocument {
  readonly root: Selection
  readonly fragments: ReadonlyMap<string, Selection>
}

/**
 * The field of a fragment through which a document of this program asks for a place of its answer, as `Type.field`: of `node.address.type` that is
 * `Resource.address`. `undefined` where the place is asked for outside of fragments.
 */
export function fragmentFieldAt(document: string, path: readonly (string | number)[]): string | undefined {
  const { root, fragments } = parse(document)
  let found: string | undefined
  let selection: Selection | undefined = root
  for (const step of path) {
    if (typeof step === 'number') continue
    const field: Field | undefined = selection && fieldIn(selection, step, fragments)
    if (!field) return undefined
    found = field.ofFragment ?? found
    selection = field.inside
  }
  return found
}

function fieldIn(
  { fields, spreads }: Selection,
  key: string,
  fragments: ReadonlyMap<string, Selection>,
): Field | undefined {
  const own = fields.find((field) => field.key === key)
  if (own) return own
  for (const name of spreads) {
    const fragment = fragments.get(name)
    const field = fragment && fieldIn(fragment, key, fragments)
    if (field) return field
  }
  return undefined
}

/** Names, spreads and braces; arguments and directives are passed over. */
const TOKEN = /\([^()]*\)|@\w+|\.\.\. *on +\w+|\.\.\. *\w+|(\w+) *: *\w+|\w+|[{}]/g

function parse(document: string): ParsedDocument {
  const [query = '', ...parts] = document.split(/\n(?=fragment )/)
  const fragments = parts.map((text): readonly [string, Selection] => {
    const [, name = '', type = ''] = /^fragment (\w+) on (\w+)/.exec(text) ?? []
    return [name, selectionIn(text, type)]
  })
  return { root: selectionIn(query), fragments: new Map(fragments) }
}

/** The selection in the first braces of a text. */
function selectionIn(text: string, type?: string): Selection {
  const tokens = text.slice(text.indexOf('{')).matchAll(TOKEN)
  tokens.next()
  return readSelection(tokens, type)
}

function readSelection(tokens: Iterator<RegExpExecArray>, type?: string): Selection {
  const fields: Field[] = []
  const spreads: string[] = []
  let last: { readonly key: string } | 'inline' | undefined
  const end = (inside: Selection = NOTHING) => {
    if (last === 'inline') {
      fields.push(...inside.fields)
      spreads.push(...inside.spreads)
    } else if (last)
      fields.push({ key: last.key, inside, ...(type !== undefined && { ofFragment: `${type}.${last.key}` }) })
    last = undefined
  }
  for (let next = tokens.next(); !next.done; next = tokens.next()) {
    const [token, alias] = next.value
    if (token.startsWith('(') || token.startsWith('@')) continue
    if (token === '{') {
      end(readSelection(tokens))
      continue
    }
    end()
    if (token === '}') break
    if (/^\.\.\. *on /.test(token)) last = 'inline'
    else if (token.startsWith('...')) spreads.push(token.slice(3).trim())
    else last = { key: alias ?? token }
  }
  return { fields, spreads }
}

const NOTHING: Selection = { fields: [], spreads: [] }
