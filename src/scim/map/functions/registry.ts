import { nearest } from '../../../sdk/text/edit-distance.ts'
import { CHOICE_FUNCTIONS } from './choice.ts'
import { DATE_FUNCTIONS } from './dates.ts'
import type { MappingFunction } from './define.ts'
import { ENCODING_FUNCTIONS } from './encoding.ts'
import { LIST_FUNCTIONS } from './lists.ts'
import { LOGIC_FUNCTIONS } from './logic.ts'
import { REPLACE } from './replace.ts'
import { TEXT_FUNCTIONS } from './text.ts'

/** Every function of expressions, by name. Source: Microsoft's reference for writing expressions of attribute mappings. */
export const FUNCTIONS: ReadonlyMap<string, MappingFunction> = new Map(
  [
    ...TEXT_FUNCTIONS,
    ...LOGIC_FUNCTIONS,
    ...DATE_FUNCTIONS,
    ...LIST_FUNCTIONS,
    ...ENCODING_FUNCTIONS,
    ...CHOICE_FUNCTIONS,
    REPLACE,
  ]
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map((definition) => [definition.name, definition]),
)

const ONE_VALUE = 'it makes a list of entries, and a line of a mapping gives one value'

/** Functions of Entra that are not here, each with the reason. */
export const REFUSED_FUNCTIONS: Readonly<Record<string, string>> = {
  AppRoleAssignmentsComplex: ONE_VALUE,
  AssertiveAppRoleAssignmentsComplex: ONE_VALUE,
}

/** The function of a name, or why there is none, as a sentence. Names are told apart by case, as in Entra. */
export function findFunction(name: string): { readonly found: MappingFunction } | { readonly problem: string } {
  const found = FUNCTIONS.get(name)
  if (found) return { found }
  if (Object.hasOwn(REFUSED_FUNCTIONS, name))
    return { problem: `${name} is not offered: ${REFUSED_FUNCTIONS[name] ?? ''}` }
  const [near] = nearest(name, [...FUNCTIONS.keys()], 1)
  return { problem: `there is no function ${name}${near === undefined ? '' : `; did you mean ${near}?`}` }
}

/** How many arguments it takes: from `least` to `most`. */
export function arityOf({ parameters, repeats }: MappingFunction): { readonly least: number; readonly most: number } {
  const lastNeeded = parameters.findLastIndex(({ optional }) => optional !== true)
  return { least: lastNeeded + 1, most: repeats === undefined ? parameters.length : Infinity }
}

/** The parameter that the argument of this number belongs to. */
export const parameterAt = ({ parameters, repeats }: MappingFunction, index: number) =>
  index < parameters.length || repeats === undefined
    ? parameters[index]
    : repeats === 'last'
      ? parameters.at(-1)
      : parameters[parameters.length - 2 + ((index - parameters.length) % 2)]

/** `Left(source, count)`, `Join(separator, value, …)`, `PCase(source, [wordSeparators])`. */
export function signatureOf({ name, parameters, repeats }: MappingFunction): string {
  const names = parameters.map((parameter) => (parameter.optional === true ? `[${parameter.name}]` : parameter.name))
  return `${name}(${[...names, ...(repeats === undefined ? [] : ['…'])].join(', ')})`
}
