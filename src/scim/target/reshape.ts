import type { Kind } from '../model.ts'
import { refusalWords } from './answers.ts'
import { readSchemas } from './discovery.ts'
import { type Attributes, isAttributes } from './paths.ts'
import type { Shape } from './profile.ts'
import type { ObjectTools } from './read-object.ts'
import { isTaken, type ScimAnswer } from './refusal.ts'
import { type SchemaFacts, takes } from './schema-facts.ts'
import { shapeOf, USUAL_SHAPE } from './shape.ts'

/** Never left out: without them an object is another one, or nobody can be disabled. */
const NEVER_LEFT_OUT: Readonly<Record<Kind, ReadonlySet<string>>> = {
  user: new Set(['schemas', 'username', 'active']),
  group: new Set(['schemas', 'displayname', 'members']),
}

/** What a server may require and other attributes give. */
const DERIVABLE: Readonly<Record<Kind, readonly { readonly path: Shape['with'][number]; readonly word: string }[]>> = {
  user: [
    { path: 'name.formatted', word: 'formatted' },
    { path: 'displayName', word: 'displayname' },
  ],
  group: [{ path: 'members', word: 'members' }],
}

/** Attributes that say nothing of a person. They are left out if a refusal names them, also without a schema. */
const DISPENSABLE: readonly (readonly string[])[] = [
  ['emails', 'type'],
  ['emails', 'primary'],
]

const MOST_TRIES = 3

/**
 * Sends an object. Where it is refused (400), it is sent in another shape: as the server's schema has it, then with or without what the refusal names. A
 * shape that is taken is learned.
 *
 * `send` is given the shape, `bodyIn` gives the object in it. Errors: as `Exchange`; the last answer is given back.
 */
export async function sendInShape(
  kind: Kind,
  bodyIn: (shape: Shape) => Attributes,
  send: (shape: Shape) => Promise<ScimAnswer>,
  tools: ObjectTools,
  signal: AbortSignal,
): Promise<ScimAnswer> {
  let shape = shapeOf(tools.learned.current(), kind)
  const first = await send(shape)
  let answer = first
  for (let tries = 0; answer.status === 400 && !isTaken(answer) && tries < MOST_TRIES; tries++) {
    const other = await nextShape(kind, { shape, body: bodyIn(shape), answer }, tools, signal)
    if (!other) break
    shape = other
    answer = await send(shape)
  }
  if (first.status === CREATED && shape === USUAL_SHAPE) noteUsual(kind, tools)
  if (answer.status < 300 && answer !== first && !takesUsual(kind, tools)) {
    tools.learned.learn({ shapes: { ...tools.learned.current().shapes, [kind]: shape } })
    tools.log.warn('the target takes objects in another form only', { kind, without: shape.without, with: shape.with })
  }
  return answer.status < 300 ? answer : first
}

const CREATED = 201

const takesUsual = (kind: Kind, { learned }: ObjectTools): boolean =>
  learned.current().takesUsual?.includes(kind) === true

/**
 * An object was created as usual: what was found out from the refusal of another one is forgotten.
 *
 * Why: where schemas are poor, an object with a bad value is taken without it, and all others would lose the attribute.
 */
function noteUsual(kind: Kind, tools: ObjectTools): void {
  if (takesUsual(kind, tools)) return
  const { shapes, takesUsual: before = [] } = tools.learned.current()
  tools.learned.learn({ takesUsual: [...before, kind], shapes: { ...shapes, [kind]: undefined } })
}

interface Refused {
  readonly shape: Shape
  readonly body: Attributes
  readonly answer: ScimAnswer
}

async function nextShape(
  kind: Kind,
  refused: Refused,
  tools: ObjectTools,
  signal: AbortSignal,
): Promise<Shape | undefined> {
  if (takesUsual(kind, tools)) return undefined
  const learnt = shapeOf(tools.learned.current(), kind)
  // The shape was learned from another object meanwhile.
  if (isMore(learnt, refused.shape)) return learnt
  const facts = (await readSchemas(tools, signal))[kind]
  const bySchema = facts && shapeBySchema(kind, refused, facts)
  if (bySchema && isMore(bySchema, refused.shape)) return bySchema
  const byWords = shapeByWords(kind, refused)
  return isMore(byWords, refused.shape) ? byWords : undefined
}

const isMore = (one: Shape, other: Shape): boolean =>
  one.without.some((path) => !other.without.includes(path)) || one.with.some((path) => !other.with.includes(path))

function joined(shape: Shape, more: Shape): Shape {
  return {
    without: [...new Set([...shape.without, ...more.without])],
    with: [...new Set([...shape.with, ...more.with])],
  }
}

/** What the schema requires and other attributes give, without what it does not have or sets itself. */
export function shapeBySchema(kind: Kind, { shape, body }: Pick<Refused, 'shape' | 'body'>, facts: SchemaFacts): Shape {
  const present = pathsIn(body)
  const missing = DERIVABLE[kind].filter(
    ({ path }) => facts.get(path.toLowerCase())?.required === true && !present.includes(path.toLowerCase()),
  )
  const strange = present.filter((path) => !NEVER_LEFT_OUT[kind].has(path.split('.')[0] ?? path) && !takes(facts, path))
  return joined(shape, { without: strange, with: missing.map(({ path }) => path) })
}

function shapeByWords(kind: Kind, { shape, body, answer }: Refused): Shape {
  const words = new Set((refusalWords(answer.body) ?? '').toLowerCase().split(/[^a-z$_]+/))
  const present = pathsIn(body)
  const missing = DERIVABLE[kind].filter(({ path, word }) => words.has(word) && !present.includes(path.toLowerCase()))
  if (missing.length > 0) return joined(shape, { without: [], with: missing.map(({ path }) => path) })
  const strange = DISPENSABLE.filter((parts) => parts.every((part) => words.has(part))).map((parts) => parts.join('.'))
  return joined(shape, { without: strange.filter((path) => present.includes(path)), with: [] })
}

/** Attributes and sub-attributes of a body, in lower case; those of extensions are not looked at. */
function pathsIn(body: Attributes): readonly string[] {
  const paths = Object.entries(body).flatMap(([key, value]) => {
    const name = key.toLowerCase()
    if (name.startsWith('urn:')) return []
    const entries = (Array.isArray(value) ? value : [value]).filter(isAttributes)
    return [name, ...entries.flatMap((entry) => Object.keys(entry).map((sub) => `${name}.${sub.toLowerCase()}`))]
  })
  return [...new Set(paths)]
}
