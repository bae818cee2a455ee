import type { SourceAttributes, TargetValue } from '../model.ts'
import type { Scope } from './compile-expression.ts'
import type { Surroundings } from './functions/define.ts'
import type { CompiledAttribute, LeftOut, Mapped, ObjectMapping } from './mapping.ts'
import type { Result } from './value.ts'
import { Fault, isEmpty, textOf } from './value.ts'

/** What a mapping works on; a `SourceObject` is one. */
export interface MappedObject {
  readonly id: string
  readonly attributes: SourceAttributes
}

/** The time and chance, and what the engine knows about the object. */
export interface Circumstances extends Surroundings {
  /** Out of scope, or not allowed to sign in at the source: `[IsSoftDeleted]`. */
  readonly softDeleted: boolean
}

/** What the object is to be at the target. Never throws, whatever the source holds: what cannot be worked out is left out, with the reason. */
export function evaluate(mapping: ObjectMapping, object: MappedObject, circumstances: Circumstances): Mapped {
  const scope = scopeOf(object, circumstances)
  const values: Record<string, TargetValue> = {}
  const onCreate: Record<string, TargetValue> = {}
  const candidates: Record<string, readonly string[]> = {}
  const leftOut: LeftOut[] = []
  let refusal: string | undefined
  for (const attribute of mapping.attributes) {
    const outcome = outcomeOf(attribute, scope)
    const { path } = attribute
    if ('candidates' in outcome) candidates[path] = outcome.candidates
    else if ('value' in outcome) (outcome.onCreate ? onCreate : values)[path] = outcome.value
    else {
      leftOut.push({ path, ...outcome })
      if (attribute.isRequired) refusal ??= `${path}, which every ${mapping.kind} needs, ${outcome.reason}`
    }
  }
  const isUnmatched = mapping.match.every((path) => !(path in values) && !(path in onCreate))
  if (isUnmatched) refusal ??= `none of ${mapping.match.join(', ')} has a value, so that it cannot be matched`
  return { values, onCreate, candidates, leftOut, refusal }
}

/** What a line of a mapping comes to for an object. */
export type Outcome =
  | { readonly value: TargetValue; readonly onCreate: boolean }
  | { readonly candidates: readonly string[] }
  | { readonly reason: string; readonly isFault: boolean }

/** Works out one line of a mapping. */
export function outcomeOf(attribute: CompiledAttribute, scope: Scope): Outcome {
  const { expression, constant, apply } = attribute
  const onCreate = apply === 'create'
  if (!expression)
    return constant === undefined ? { reason: 'has no value', isFault: false } : { value: constant, onCreate }
  const result = expression.evaluate(scope)
  if (expression.chooses && Array.isArray(result) && result.length > 0) return { candidates: result }
  const value = targetValue(result, attribute.isBoolean)
  if (value instanceof Fault) return { reason: `has no value, as ${value.toString()}`, isFault: true }
  if (value !== null) return { value, onCreate }
  // A default is for the create alone: an empty value later means that the target's is left alone.
  if (attribute.default !== undefined) return { value: attribute.default, onCreate: true }
  const isPlain = expression.text === `[${expression.reads[0]}]`
  return { reason: isPlain ? 'is empty at the source' : 'has no value, as what it needs is empty', isFault: false }
}

export const scopeOf = (object: MappedObject, { softDeleted, now, random }: Circumstances): Scope => ({
  now,
  random,
  attribute: (name) => {
    if (name === 'IsSoftDeleted') return softDeleted
    if (name === 'objectId') return object.id
    return Object.hasOwn(object.attributes, name) ? (object.attributes[name] ?? null) : null
  },
})

function targetValue(result: Result, isBoolean: boolean): TargetValue | null | Fault {
  if (result instanceof Fault) return result
  if (isEmpty(result)) return null
  if (Array.isArray(result) && result.length > 1)
    return new Fault(
      `it has ${result.length} values where one belongs; choose with Item or put them together with Join`,
    )
  const text = textOf(result)
  if (text === '') return null
  if (!isBoolean) return text
  const word = text.trim().toLowerCase()
  return word === 'true' || word === 'false' ? word === 'true' : new Fault('it is neither True nor False')
}
