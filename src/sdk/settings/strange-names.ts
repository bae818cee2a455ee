import type { Field } from './field.ts'
import { envNameOf, mayComeFrom } from './field.ts'
import type { ConfigFile } from './config-file.ts'
import type { Problem } from './problem.ts'
import { isSdkVariable, sdkFlagNote } from './sdk-flags.ts'
import { maySay } from '../text/refused-word.ts'
import { didYouMean, suggest } from '../text/suggest.ts'

/** Keys of the config file that set nothing. */
export function strangeKeys(file: ConfigFile, fields: readonly Field[]): readonly Problem[] {
  const names = fields.filter((field) => mayComeFrom(field, 'file')).map((field) => field.name)
  return [...file.values.keys()]
    .filter((key) => !names.includes(key))
    .map((key) => {
      const note = sdkFlagNote(key)
      const shown =
        note !== undefined ||
        maySay(
          key,
          fields.map(({ name }) => name),
        )
          ? `unknown key ${JSON.stringify(key)}`
          : 'unknown key'
      const text = `${shown}${note === undefined ? didYouMean(key, names) : `: ${note}`}`
      return { subject: `the file ${file.path}, line ${file.lineOf(key)}`, text }
    })
}

/**
 * Variables that begin like ours and set nothing, one sentence for all.
 *
 * Why: a warning and no error, since one environment often serves several connectors, each with variables of its own.
 */
export function strangeVariables(
  env: Readonly<Record<string, string | undefined>>,
  fields: readonly Field[],
): readonly string[] {
  const known = fields
    .filter((field) => mayComeFrom(field, 'env'))
    .flatMap((field) => [envNameOf(field), field.fallbackEnv ?? envNameOf(field)])
  const strange = Object.keys(env)
    .filter((name) => name.startsWith('BATON_') && env[name] !== '' && !known.includes(name) && !isSdkVariable(name))
    .sort()
    .map((name) => {
      const note = sdkFlagNote(name.slice('BATON_'.length).toLowerCase().replaceAll('_', '-'))
      const near = suggest(name, known)
      const words = note ?? (near && `did you mean ${near.candidate}?`)
      return words === undefined ? name : `${name} (${words})`
    })
  return strange.length === 0 ? [] : [`These variables of the environment set nothing here: ${strange.join(', ')}.`]
}
