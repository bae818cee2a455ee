import type { ConnectorError } from '../../ground/errors.ts'
import type { ResourceId } from '../../model/model.ts'
import type { Color, Paint } from '../output/paint.ts'
import { printable } from '../../text/printable.ts'

/** What became of one change, for the person or program that asked for it. */
export interface ChangeLine {
  /** As it was asked for: `grant`, `role`, `account create`, `disable_user`. */
  readonly operation: string
  /** Line of the file that asked for it. */
  readonly line?: number
  /** One word: `granted`, `already-granted`, `planned`, `refused`. */
  readonly outcome: string
  /** Who or what the change is about; absent for what has no id yet. */
  readonly resource?: ResourceId
  readonly name?: string
  /** What was asked for and not found, in the user's words; for programs only. */
  readonly asked?: { readonly target: string; readonly user: string }
  /** The entitlement that changes hands, where one does: then the resource is the principal. */
  readonly entitlement?: { readonly id: string; readonly type: string; readonly name?: string }
  readonly before?: string
  readonly after?: string
  /** What a person has to confirm before it is sent, as `PlannedChange.concern`; of a dry run. */
  readonly concern?: string
  readonly error?: ConnectorError
  /** What is there already in place of what was to be created: its id, and `state`, `role` and `type` where it has them. */
  readonly existing?: { readonly id: string } & Readonly<Record<string, unknown>>
  /** What an action gave back. */
  readonly result?: Readonly<Record<string, unknown>>
}

/** One JSON object on one line; its keys are a public format. `requests` counts the run's requests up to this moment. */
export function changeJson(line: ChangeLine, requests: number): string {
  const { operation, outcome, resource, name, entitlement, before, after, concern, error, existing, result, asked } =
    line
  const where = line.line === undefined ? {} : { line: line.line }
  const who = entitlement
    ? {
        ...(resource && { principal: resource.id, principalType: resource.type }),
        ...(name !== undefined && { principalName: name }),
        entitlement: entitlement.id,
        ...(entitlement.name !== undefined && { entitlementName: entitlement.name }),
      }
    : { ...(resource && { resource: resource.id, resourceType: resource.type }), ...(name !== undefined && { name }) }
  const failure = error && { error: { code: error.code, message: error.inFull } }
  const found = { ...(existing && { existing }), ...(result && { result }) }
  const document = {
    ...where,
    operation,
    ...asked,
    ...who,
    outcome,
    before,
    after,
    concern,
    requests,
    ...found,
    ...failure,
  }
  return `${JSON.stringify(document)}\n`
}

/** How lines look on a terminal. */
export interface LineLook {
  readonly paint: Paint
  /** Least widths of the words for who, and for what. */
  readonly who: number
  readonly what: number
}

/** The longest outcome of a membership or a role. */
const OUTCOME_WIDTH = 'already-granted'.length

/** `granted  Ada Lovelace <ada@acme.example>  group Engineering  (not a member → member)`; on a terminal in columns and coloured. */
export function changeText(line: ChangeLine, look?: LineLook): string {
  const { outcome } = line
  const where = line.line === undefined ? '' : `line ${line.line}`
  const confirm = line.concern === undefined ? '' : `to confirm: ${line.concern}`
  const parts = [whoOf(line), whatOf(line), statesOf(line), where, confirm].map(printable)
  if (!look) return `${[outcome, ...parts].filter((part) => part !== '').join('  ')}\n`
  const [who = '', what = '', ...rest] = parts
  const shown = [who.padEnd(look.who), what.padEnd(look.what), ...rest].filter((part) => part !== '').join('  ')
  return `${look.paint(colorOf(outcome), outcome.padEnd(OUTCOME_WIDTH))}  ${shown.trimEnd()}\n`
}

/** Who or what a change is about, as its line says. */
export const whoOf = ({ name, resource }: Pick<ChangeLine, 'name' | 'resource'>): string => name ?? resource?.id ?? ''

/** What is changed about it. */
export const whatOf = ({ entitlement, operation }: Pick<ChangeLine, 'entitlement' | 'operation'>): string =>
  entitlement ? entitlementText(entitlement) : operation

function colorOf(outcome: string): Color {
  if (outcome === 'refused' || outcome === 'failed') return 'red'
  if (outcome === 'planned') return 'yellow'
  return outcome === 'not-attempted' || outcome.startsWith('already-') ? 'gray' : 'green'
}

/** Without a name the id stands alone: it begins with the type. */
const entitlementText = ({ id, type, name }: NonNullable<ChangeLine['entitlement']>): string =>
  name === undefined ? id : `${type} ${name}`

function statesOf({ before, after, error }: ChangeLine): string {
  if (error) return `(${error.inFull})`
  if (before === undefined || before === after) return after === undefined ? '' : `(${after})`
  return after === undefined ? `(${before})` : `(${before} → ${after})`
}
