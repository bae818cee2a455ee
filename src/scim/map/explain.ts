import type { TargetValue } from '../model.ts'
import type { Circumstances, MappedObject } from './evaluate.ts'
import { outcomeOf, scopeOf } from './evaluate.ts'
import type { Apply, ObjectMapping } from './mapping.ts'
import type { Value } from './value.ts'
import { textOf } from './value.ts'

/** The way of one value: from attributes of the source through an expression to the target, or why there is none. */
export interface ExplainedValue {
  readonly path: string
  /** The expression, or the constant in quotes. */
  readonly expression: string
  readonly apply: Apply
  /** What the expression read; without `value` where the source has none. */
  readonly reads: readonly { readonly attribute: string; readonly value?: string }[]
  readonly value?: TargetValue | undefined
  /** Of `SelectUniqueValue`: the first one that nobody has is taken. */
  readonly candidates?: readonly string[] | undefined
  /** Set at a create alone. */
  readonly onCreate: boolean
  /** Why there is no value; goes on after the path. */
  readonly reason?: string | undefined
}

const HIDDEN = '[Redact]'

/** Every line of a mapping for one object. What logs must not show is not here either. */
export function explain(
  mapping: ObjectMapping,
  object: MappedObject,
  circumstances: Circumstances,
): readonly ExplainedValue[] {
  const scope = scopeOf(object, circumstances)
  return mapping.attributes.map((attribute) => {
    const { path, text, apply, expression } = attribute
    const isHidden = mapping.hidden.has(path)
    const show = (value: string): string => (isHidden ? HIDDEN : value)
    const outcome = outcomeOf(attribute, scope)
    const line = {
      path,
      expression: text,
      apply,
      reads: (expression?.reads ?? []).map((name) => read(name, scope.attribute(name), show)),
      onCreate: false,
    }
    if ('reason' in outcome) return { ...line, reason: outcome.reason }
    if ('candidates' in outcome) return { ...line, candidates: outcome.candidates.map(show), onCreate: true }
    const value = typeof outcome.value === 'string' ? show(outcome.value) : outcome.value
    return { ...line, value, onCreate: outcome.onCreate }
  })
}

function read(
  attribute: string,
  value: Value,
  show: (text: string) => string,
): { readonly attribute: string; readonly value?: string } {
  const text = textOf(value)
  return text === '' ? { attribute } : { attribute, value: show(text) }
}
