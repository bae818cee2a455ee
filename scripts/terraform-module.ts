/** One input variable of a Terraform module. */
export interface ModuleInput {
  readonly name: string
  readonly description: string
  /** In one line, as written. */
  readonly type: string
  /** In one line, as written; missing where the variable is required. */
  readonly default?: string
  readonly sensitive: boolean
  readonly ephemeral: boolean
  readonly validated: boolean
}

export interface ModuleOutput {
  readonly name: string
  readonly description: string
  readonly sensitive: boolean
}

/**
 * Input variables of a file that `terraform fmt` has formatted: blocks begin and end at the start of a line, their arguments stand
 * two spaces in. Errors: where a variable has no description or no type.
 */
export const inputsIn = (text: string): readonly ModuleInput[] =>
  blocksIn(text, 'variable').map(({ name, body }) => {
    const value = argumentsIn(body)
    const fallback = value.get('default')
    return {
      name,
      description: textOf(needed(value.get('description'), name, 'description')),
      type: needed(value.get('type'), name, 'type'),
      ...(fallback === undefined ? {} : { default: fallback }),
      sensitive: value.get('sensitive') === 'true',
      ephemeral: value.get('ephemeral') === 'true',
      validated: /^ {2}validation \{$/m.test(body),
    }
  })

/** Outputs of such a file. Errors: where an output has no description. */
export const outputsIn = (text: string): readonly ModuleOutput[] =>
  blocksIn(text, 'output').map(({ name, body }) => {
    const value = argumentsIn(body)
    return {
      name,
      description: textOf(needed(value.get('description'), name, 'description')),
      sensitive: value.get('sensitive') === 'true',
    }
  })

const blocksIn = (text: string, kind: string) =>
  [...text.matchAll(new RegExp(`^${kind} "(\\w+)" \\{\\n(.*?)^\\}$`, 'gms'))].map(([, name = '', body = '']) => ({
    name,
    body,
  }))

/** Arguments of a block by name, those over several lines put into one. */
const argumentsIn = (body: string): ReadonlyMap<string, string> =>
  new Map(
    [...body.matchAll(/^ {2}(\w+) += (.*(?:\n {4}.*|\n {2}[\])}]+.*)*)$/gm)].map(([, name = '', value = '']) => [
      name,
      value.replaceAll(/\s*\n\s*/g, ' '),
    ]),
  )

function needed(value: string | undefined, name: string, argument: string): string {
  if (value === undefined) throw new Error(`${name} has no ${argument}`)
  return value
}

const textOf = (quoted: string): string => JSON.parse(quoted) as string
