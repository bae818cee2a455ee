import { envNameOf, type Field, mayComeFrom } from './field.ts'
import type { ConfigFile } from './config-file.ts'
import type { Problem } from './problem.ts'
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

const ABSENT =
  'this connector creates no tickets and has no rotation by a flag, OTLP logs or tools for snapshots, to which the flag belongs in Go connectors'

/** Flags of Go connectors that are not offered here. Source: baton-sdk `pkg/field/defaults.go`, v0.25.0. */
const SDK_FLAGS = new Set(
  `auth-method log-level-debug-expires-at log-event-log parallel-sync
  external-resource-c1z external-resource-entitlement-id-filter external-resource-traits
  keep-previous-sync-c1z session-store-maximum-size otel-logging-disabled rotate-credentials rotate-credentials-type invoke-action-resource-type
  list-action-schemas-resource-type list-resource-actions invoke-resource-action
  invoke-resource-action-resource-type invoke-resource-action-args create-ticket bulk-create-ticket ticket-template-path
  bulk-ticket-template-path diff-syncs base-sync-id applied-sync-id compact-syncs compact-output-path
  compact-file-paths compact-sync-ids`.split(/\s+/),
)

/** Variables of Go connectors without a flag: tuning of their inside that has no counterpart here and may stay in a shared environment. */
const SDK_VARIABLES = new Set([
  'BATON_HTTP_CACHE_MAX_SIZE',
  'BATON_HTTP_CACHE_TTL',
  'BATON_HTTP_CACHE_BACKEND',
  'BATON_DISABLE_HTTP_CACHE',
  'BATON_DEBUG_PRINT_RESPONSE_BODY',
  'BATON_C1Z_FINALIZE_TIMEOUT',
  'BATON_DECODER_MAX_MEMORY_MB',
  'BATON_GRAPH_EXPAND_MAX_DEPTH',
  'BATON_GRAPH_EXPAND_DEST_BATCH_SIZE',
  'BATON_DONT_FIX_CYCLES',
  'BATON_SESSION_SERVICE_ADDR',
])

/** Why a flag, key or variable of that name is not taken, if Go connectors have it. */
export const sdkFlagNote = (name: string): string | undefined => (SDK_FLAGS.has(name) ? ABSENT : undefined)

export const isSdkVariable = (variable: string): boolean => SDK_VARIABLES.has(variable)
