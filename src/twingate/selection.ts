import { type FragmentDefinitionNode, Kind, parse, type SelectionSetNode } from 'graphql'

interface Field {
  readonly inside: SelectionSetNode | undefined
  /** `Type.key`, where it stands directly in a fragment. */
  readonly ofFragment?: string
}

type Fragments = ReadonlyMap<string, FragmentDefinitionNode>

/**
 * The field of a fragment through which a document of this program asks for a place of its answer, as `Type.field`: of `node.address.type` that is
 * `Resource.address`. `undefined` where the place is asked for outside of fragments.
 */
export function fragmentFieldAt(document: string, path: readonly (string | number)[]): string | undefined {
  const { definitions } = parse(document, { noLocation: true })
  const fragments: Fragments = new Map(
    definitions.flatMap((one) => (one.kind === Kind.FRAGMENT_DEFINITION ? [[one.name.value, one] as const] : [])),
  )
  let found: string | undefined
  let selection = definitions.find((one) => one.kind === Kind.OPERATION_DEFINITION)?.selectionSet
  for (const step of path) {
    if (typeof step === 'number') continue
    const field: Field | undefined = selection && fieldIn(selection, step, fragments)
    if (!field) return undefined
    found = field.ofFragment ?? found
    selection = field.inside
  }
  return found
}

/** @param type that of the fragment whose own selection this is */
function fieldIn(
  { selections }: SelectionSetNode,
  key: string,
  fragments: Fragments,
  type?: string,
): Field | undefined {
  for (const part of selections) {
    if (part.kind === Kind.FIELD) {
      if ((part.alias ?? part.name).value !== key) continue
      return { inside: part.selectionSet, ...(type !== undefined && { ofFragment: `${type}.${key}` }) }
    }
    const fragment = part.kind === Kind.INLINE_FRAGMENT ? part : fragments.get(part.name.value)
    const own = fragment?.kind === Kind.FRAGMENT_DEFINITION ? fragment.typeCondition.name.value : undefined
    const field = fragment && fieldIn(fragment.selectionSet, key, fragments, own)
    if (field) return field
  }
  return undefined
}
