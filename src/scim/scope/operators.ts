/** What a clause can ask of an attribute, by the name it has here, with the names it has at Entra and in speech. */
export const OPERATOR_NAMES = {
  equals: ['EQUALS'],
  'not equals': ['NOT EQUALS'],
  'is true': ['IS TRUE'],
  'is false': ['IS FALSE'],
  'is null': ['IS NULL'],
  'is not null': ['IS NOT NULL'],
  matches: ['REGEX MATCH', 'MATCHES'],
  'not matches': ['NOT REGEX MATCH', 'NOT MATCHES'],
  'greater than': ['GREATER THAN'],
  'greater than or equals': ['GREATER THAN OR EQUALS'],
  includes: ['INCLUDES'],
  'ends with': ['ENDS WITH'],
  'contained in': ['&', 'CONTAINED IN'],
  'not contained in': ['!&', 'NOT CONTAINED IN'],
} as const satisfies Readonly<Record<string, readonly string[]>>

export type FilterOperator = keyof typeof OPERATOR_NAMES

export const FILTER_OPERATORS = Object.keys(OPERATOR_NAMES) as readonly FilterOperator[]

/** Operators that stand without a value. */
export const LONELY_OPERATORS: ReadonlySet<FilterOperator> = new Set(['is true', 'is false', 'is null', 'is not null'])

/** The operator that was meant, in any case and with spaces, hyphens or underscores between its words: `Greater_Than`, `not equals`. */
export function findOperator(text: string): FilterOperator | undefined {
  const wanted = text
    .trim()
    .toUpperCase()
    .replaceAll(/[\s_-]+/g, ' ')
  return FILTER_OPERATORS.find((name) => (OPERATOR_NAMES[name] as readonly string[]).includes(wanted))
}
