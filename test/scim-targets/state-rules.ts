import { membersChanged, type PatchOperation, type RecordedRequest } from './recorded-request.ts'

type Resource = Readonly<Record<string, unknown>>

const isResource = (value: unknown): value is Resource =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const isEmpty = (value: unknown): boolean =>
  value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0)

/** Holds a PATCH against what the server held just before it. Gives a sentence for each breach. */
export function stateBreaches(request: RecordedRequest, before: unknown): readonly string[] {
  if (request.method !== 'PATCH' || !isResource(before)) return []
  if (request.purpose === 'members') return memberBreaches(request.operations, before)
  return request.operations.flatMap((operation) => [...oneOperation(operation, before)])
}

function memberBreaches(operations: readonly PatchOperation[], before: Resource): readonly string[] {
  const members = (before['members'] ?? []) as readonly { readonly value: unknown }[]
  const there = new Set(members.map(({ value }) => String(value)))
  const { add, remove } = membersChanged(operations)
  return [
    ...add.filter((id) => there.has(id)).map((id) => `${id} is added, who is a member already`),
    ...remove.filter((id) => !there.has(id)).map((id) => `${id} is removed, who is no member`),
  ]
}

function* oneOperation({ op, path = '', value }: PatchOperation, before: Resource): Generator<string> {
  if (op === 'add' && Array.isArray(value)) return
  const stands = !isEmpty(valueAt(path, before))
  if (op === 'add' && stands) yield `add ${path}, where a value stands`
  if (op === 'replace' && !stands) yield `replace ${path}, where no value stands`
  if (op === 'remove' && !stands) yield `remove ${path}, where no value stands`
}

/** The value at a path of one attribute, one entry or one extension. */
function valueAt(path: string, resource: Resource): unknown {
  const [, urn] = /^(urn:.*):[^:[\]]+(?:\[.*\].*)?$/.exec(path) ?? []
  const home = urn === undefined ? resource : resource[urn]
  const [, name = '', key, quoted, sub] =
    /^([\w$]+)(?:\[(\w+) eq (.+)\])?(?:\.([\w$]+))?$/.exec(urn === undefined ? path : path.slice(urn.length + 1)) ?? []
  const value = isResource(home) ? home[name] : undefined
  if (key === undefined) return sub === undefined ? value : isResource(value) ? value[sub] : undefined
  const wanted: unknown = JSON.parse(quoted ?? 'null')
  const entries = (Array.isArray(value) ? value : []).filter(isResource)
  // A flag that is not set is false; it need not be there to be cleared.
  if (sub === 'primary') return entries.some((entry) => entry[key] === wanted) ? true : undefined
  return entries.filter((entry) => entry[key] === wanted).map((entry) => (sub === undefined ? entry : entry[sub]))[0]
}
