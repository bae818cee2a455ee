import { z } from 'zod'

/** `tokenFile` as the file spells it: `token_file`. */
export const fileKey = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)

/** A part of a JSON schema, as far as it is looked at here. */
interface Shape {
  readonly type?: string
  readonly properties?: Readonly<Record<string, Shape>>
  readonly items?: Shape
  readonly const?: unknown
  readonly oneOf?: readonly Shape[]
  readonly anyOf?: readonly Shape[]
}

/** The names of settings that a zod schema knows, by place. */
export interface KeyNames {
  /** The code's name of a key of the file; `undefined` for what is known nowhere. */
  codeName(key: string): string | undefined
  /** The names that are known at a place of `value`; none where the place takes no settings. */
  at(path: readonly PropertyKey[], value: unknown): readonly string[]
}

export function keyNamesOf(schema: z.ZodType): KeyNames {
  const root = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Shape
  const byFileKey = new Map([...allNames(root)].map((name) => [fileKey(name), name]))
  return {
    codeName: (key) => byFileKey.get(key),
    at: (path, value) => [
      ...new Set(shapesAt(root, path, value).flatMap(({ properties }) => Object.keys(properties ?? {}))),
    ],
  }
}

function* allNames(shape: Shape): Generator<string> {
  for (const [name, inner] of Object.entries(shape.properties ?? {})) {
    yield name
    yield* allNames(inner)
  }
  for (const inner of [shape.items, ...(shape.oneOf ?? []), ...(shape.anyOf ?? [])]) if (inner) yield* allNames(inner)
}

function shapesAt(root: Shape, path: readonly PropertyKey[], value: unknown): readonly Shape[] {
  let shapes = branches(root, value)
  let here = value
  for (const step of path) {
    here =
      here !== null && typeof here === 'object' ? (here as Readonly<Record<PropertyKey, unknown>>)[step] : undefined
    const below = shapes.flatMap(
      ({ properties, items }) => (typeof step === 'number' ? items : properties?.[String(step)]) ?? [],
    )
    shapes = below.flatMap((shape) => branches(shape, here))
  }
  return shapes
}

/** Of several forms those that the value says it has, by a key with only one value there; all of them where it says nothing. */
function branches(shape: Shape, value: unknown): readonly Shape[] {
  const forms = shape.oneOf ?? shape.anyOf
  if (!forms) return [shape]
  const fitting = forms.filter(({ properties }) =>
    Object.entries(properties ?? {}).some(
      ([name, form]) =>
        form.const !== undefined && (value as Readonly<Record<string, unknown>> | null)?.[name] === form.const,
    ),
  )
  return (fitting.length > 0 ? fitting : forms).flatMap((form) => branches(form, value))
}
