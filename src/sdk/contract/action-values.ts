import { ConnectorError } from '../ground/errors.ts'
import type { Action } from './provisioner.ts'

/** Arguments of an action that were given, as text. */
export type ActionValues = Readonly<Record<string, string>>

/** The arguments as trimmed text, blank optional ones left out. Errors: `invalid-argument` for a missing, foreign or ill-typed one. */
export function actionValues(
  args: Readonly<Record<string, unknown>>,
  { name, fields }: Pick<Action, 'name' | 'fields'>,
): ActionValues {
  const fail = (detail: string) =>
    new ConnectorError('invalid-argument', name, `${detail}; the arguments are ${fields.map((f) => f.name).join(', ')}`)
  const foreign = Object.keys(args).find((key) => !fields.some((field) => field.name === key))
  if (foreign !== undefined) throw fail(`there is no argument ${JSON.stringify(foreign)}`)
  const values: Record<string, string> = {}
  for (const field of fields) {
    const value = args[field.name] ?? ''
    if (typeof value !== 'string') throw fail(`${field.name} must be text`)
    if (value.trim() !== '') values[field.name] = value.trim()
    else if (field.required) throw fail(`${field.name} is missing`)
  }
  return values
}
