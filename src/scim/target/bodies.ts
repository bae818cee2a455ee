import type { AttributeChange, Kind, TargetObject, TargetValues } from '../model.ts'
import { applyChanges, type Body } from './edit.ts'
import { type Attributes, readKey } from './paths.ts'
import { CORE_SCHEMA } from './schemas.ts'

/**
 * The body of a POST: the URNs of what is sent, the values, nothing else; groups have no members.
 *
 * Errors: `invalid-argument` for a path that is none.
 */
export function createBody(kind: Kind, values: TargetValues): Body {
  const body = applyChanges(
    {},
    Object.entries(values).map(([path, after]) => ({ path, after })),
  )
  return { schemas: schemasOf(kind, body), ...body }
}

/**
 * The body of a PUT: all that was read, with the changes. `members` are those of a group, `without` is as `applyChanges` takes it.
 *
 * Why: what a PUT leaves out may be cleared, and a user without `active` is enabled by some servers.
 */
export function putBody(
  { kind, attributes }: Pick<TargetObject, 'kind' | 'attributes'>,
  changes: readonly AttributeChange[],
  members: readonly string[] | undefined,
  without: readonly string[] = [],
): Body {
  const body = applyChanges(withoutNulls(attributes), changes, without)
  return {
    schemas: schemasOf(kind, body),
    ...body,
    ...(kind === 'user' && readKey(body, 'active') === undefined && { active: true }),
    ...(kind === 'group' && { members: (members ?? []).map((value) => ({ value })) }),
  }
}

const schemasOf = (kind: Kind, body: Body): readonly string[] => [
  CORE_SCHEMA[kind],
  ...Object.keys(body).filter((key) => /^urn:/i.test(key)),
]

const withoutNulls = (attributes: Attributes): Attributes =>
  Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== null))
