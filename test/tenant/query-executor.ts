import {
  type ExecutionArgs,
  type ExecutionResult,
  type FieldNode,
  getArgumentValues,
  getDirectiveValues,
  getOperationAST,
  getVariableValues,
  GraphQLIncludeDirective,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLResolveInfo,
  GraphQLSkipDirective,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  OperationTypeNode,
  type SelectionSetNode,
} from './graphql.ts'

type Complete = (value: unknown) => unknown
type Row = Readonly<Record<string, unknown>>

interface Step {
  readonly key: string
  readonly read: (source: Row) => unknown
  readonly complete: Complete
}

/** Signals that a request is outside what this executor does. */
class Unsupported extends Error {}

/**
 * Executes a validated query over synchronous resolvers, or gives `undefined` for anything out of the ordinary: mutations,
 * introspection, abstract types, an error on the way. The caller then runs the general executor, whose answer counts.
 *
 * Why: the general executor spends most of a page of 100 users with their groups on work per field (arguments, paths,
 * promises); here arguments are read once a request.
 */
export const executeQuery = (args: ExecutionArgs): ExecutionResult | undefined => {
  const operation = getOperationAST(args.document, args.operationName)
  const root = args.schema.getQueryType()
  if (operation?.operation !== OperationTypeNode.QUERY || !root) return undefined
  const given = getVariableValues(args.schema, operation.variableDefinitions ?? [], args.variableValues ?? {})
  if (given.errors) return undefined
  try {
    const run = compile(args, given.coerced, root, [operation.selectionSet])
    return { data: run((args.rootValue ?? {}) as Row) }
  } catch {
    return undefined
  }
}

type Run = (source: Row) => Record<string, unknown>

function compile(
  args: ExecutionArgs,
  variables: Record<string, unknown>,
  parent: GraphQLObjectType,
  sets: readonly SelectionSetNode[],
): Run {
  const nodes = new Map<string, FieldNode[]>()
  for (const set of sets) collect(args, variables, parent, set, nodes)
  const steps = Array.from(nodes, ([key, fields]) => step(args, variables, parent, key, fields))
  return (source) => {
    const result: Record<string, unknown> = {}
    for (const { key, read, complete } of steps) result[key] = complete(read(source))
    return result
  }
}

function collect(
  args: ExecutionArgs,
  variables: Record<string, unknown>,
  parent: GraphQLObjectType,
  set: SelectionSetNode,
  into: Map<string, FieldNode[]>,
): void {
  for (const node of set.selections) {
    if (getDirectiveValues(GraphQLSkipDirective, node, variables)?.['if'] === true) continue
    if (getDirectiveValues(GraphQLIncludeDirective, node, variables)?.['if'] === false) continue
    if (node.kind === Kind.FIELD) {
      const key = node.alias?.value ?? node.name.value
      into.set(key, [...(into.get(key) ?? []), node])
      continue
    }
    const fragment =
      node.kind === Kind.INLINE_FRAGMENT
        ? node
        : args.document.definitions
            .filter((definition) => definition.kind === Kind.FRAGMENT_DEFINITION)
            .find((definition) => definition.name.value === node.name.value)
    const condition = fragment?.typeCondition?.name.value ?? parent.name
    if (!fragment || condition !== parent.name) throw new Unsupported(condition)
    collect(args, variables, parent, fragment.selectionSet, into)
  }
}

function step(
  args: ExecutionArgs,
  variables: Record<string, unknown>,
  parent: GraphQLObjectType,
  key: string,
  nodes: readonly FieldNode[],
): Step {
  const [node] = nodes
  const name = node?.name.value ?? ''
  if (name === '__typename') return { key, read: () => parent.name, complete: (value) => value }
  const field = parent.getFields()[name]
  if (!field || !node) throw new Unsupported(name)
  const sets = nodes.flatMap(({ selectionSet }) => selectionSet ?? [])
  const complete = completion(field.type, (type) => compile(args, variables, type, sets))
  const { resolve } = field
  if (!resolve) return { key, read: (source) => source[name], complete }
  const values = getArgumentValues(field, node, variables)
  return { key, read: (source) => resolve(source, values, args.contextValue, NO_INFO), complete }
}

/** The tenant's resolvers never look at it. */
const NO_INFO = Object.freeze({}) as GraphQLResolveInfo

function completion(type: GraphQLOutputType, runOf: (type: GraphQLObjectType) => Run): Complete {
  if (isNonNullType(type)) {
    const inner = completion(type.ofType, runOf)
    return (value) => {
      if (value == null) throw new Unsupported('null in a non-null place')
      return inner(value)
    }
  }
  if (isListType(type)) {
    const inner = completion(type.ofType, runOf)
    return (value) => (value == null ? null : (value as readonly unknown[]).map(inner))
  }
  if (isLeafType(type)) return (value) => (value == null ? null : type.serialize(value))
  if (!isObjectType(type)) throw new Unsupported(type.name)
  const run = runOf(type)
  return (value) => (value == null ? null : run(value as Row))
}
