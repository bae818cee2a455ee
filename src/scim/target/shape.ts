import type { AttributeChange, Kind } from '../model.ts'
import { applyChanges, type Body } from './edit.ts'
import { type Attributes, isAttributes, parsePath, readKey } from './paths.ts'
import type { Shape, TargetProfile } from './profile.ts'
import { withoutSubs } from './without-subs.ts'

/** As most servers take objects. */
export const USUAL_SHAPE: Shape = Object.freeze({ without: [], with: [] })

export const shapeOf = ({ shapes }: Pick<TargetProfile, 'shapes'>, kind: Kind): Shape => shapes?.[kind] ?? USUAL_SHAPE

/** An attribute as a schema names it: in lower case, without its entry. Those of extensions keep their URN. */
export function shapePath(text: string): string {
  const { extension, attribute, sub } = parsePath(text)
  const path = sub === undefined ? attribute : `${attribute}.${sub}`
  return (extension === undefined ? path : `${extension}:${path}`).toLowerCase()
}

/** Whether the target does not take the attribute, so that nothing is compared and nothing is sent. */
export function isLeftOut({ without }: Shape, path: string): boolean {
  if (without.length === 0) return false
  const name = shapePath(path)
  return without.includes(name) || without.includes(name.split('.')[0] ?? name)
}

/** Attributes of a shape, as people know them. */
export const attributeNames = (paths: readonly string[]): string =>
  paths.map((path) => (path === 'externalid' ? 'externalId' : path)).join(', ')

/** Whether nothing is compared and nothing is sent: the target keeps the attribute in its own way, or does not take it. */
export const ignores = (profile: TargetProfile, kind: Kind, path: string): boolean =>
  profile.rewritten.includes(path) || isLeftOut(shapeOf(profile, kind), path)

/** A body as the server takes it. What it holds already is not made from other attributes. */
export function shapeBody(body: Body, { without, with: derived }: Shape): Body {
  const whole = { ...body }
  for (const { path, after } of derivedChanges(body, derived))
    Object.assign(whole, applyChanges(whole, [{ path, after }]))
  const lacking = new Set(without)
  return Object.fromEntries(
    Object.entries(whole).flatMap(([key, value]) => {
      const name = key.toLowerCase()
      return lacking.has(name) ? [] : [[key, withoutSubs(name, value, lacking)]]
    }),
  )
}

/** Changes that come along with others: a name in full follows its parts. */
export function withDerived(
  attributes: Attributes,
  changes: readonly AttributeChange[],
  { with: derived }: Shape,
): readonly AttributeChange[] {
  const isOfNames = changes.some(({ path }) => /^name\.|^userName$/i.test(path))
  if (derived.length === 0 || !isOfNames) return changes
  const after = applyChanges(attributes, changes)
  const own = derivedChanges(
    { ...after, displayName: undefined, name: namesIn(after, ['givenName', 'familyName']) },
    derived,
  )
  const mapped = new Set(changes.map(({ path }) => path.toLowerCase()))
  return [...changes, ...own.filter(({ path }) => !mapped.has(path.toLowerCase()))]
}

function namesIn(attributes: Attributes, names: readonly string[]): Attributes {
  const name = readKey(attributes, 'name')
  const own = isAttributes(name) ? name : {}
  return Object.fromEntries(names.map((key) => [key, readKey(own, key)]))
}

function derivedChanges(body: Attributes, derived: Shape['with']): readonly { path: string; after: string }[] {
  const { formatted, givenName, familyName } = namesIn(body, ['formatted', 'givenName', 'familyName'])
  const parts = [givenName, familyName].filter((part) => typeof part === 'string' && part !== '').join(' ')
  const inFull = parts === '' ? readKey(body, 'userName') : parts
  if (!isText(inFull)) return []
  return [
    ...(derived.includes('name.formatted') && !isText(formatted) ? [{ path: 'name.formatted', after: inFull }] : []),
    ...(derived.includes('displayName') && !isText(readKey(body, 'displayName'))
      ? [{ path: 'displayName', after: isText(formatted) ? formatted : inFull }]
      : []),
  ]
}

const isText = (value: unknown): value is string => typeof value === 'string' && value !== ''
