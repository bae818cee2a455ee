import type { CommandOutput } from '../../../sdk/cli/command.ts'
import { printable } from '../../../sdk/text/printable.ts'
import { type DriftReport, hasDrift } from '../../cycle/drift.ts'
import { plural } from './words.ts'

/** Counts first, then each thing in a line. */
export function writeDrift(output: CommandOutput, report: DriftReport): void {
  const { local, unassigned, changed, members, complete } = report
  if (!complete) output.write('note: not everything was read, so there may be more\n')
  if (!hasDrift(report)) {
    output.write('No drift: the source explains everything that the target holds\n')
    return
  }
  output.write(
    `${local.length} local, ${unassigned.length} unassigned, ${changed.length} changed by others, ${plural(members.length, 'group')} with other members\n`,
  )
  for (const { kind, name, id } of local) output.write(`local       ${kind} ${printable(name)} (${printable(id)})\n`)
  for (const { kind, name, reason } of unassigned)
    output.write(`unassigned  ${kind} ${printable(name)}: ${printable(reason)}\n`)
  for (const { kind, name, attributes } of changed)
    for (const { path, wanted, shown } of attributes)
      output.write(`changed     ${kind} ${printable(name)}: ${path} is ${said(shown)}, wanted ${said(wanted)}\n`)
  for (const { group, added, removed } of members) {
    for (const name of added) output.write(`members     ${printable(group)}: ${printable(name)} was added\n`)
    for (const name of removed) output.write(`members     ${printable(group)}: ${printable(name)} was removed\n`)
  }
}

const said = (value: string | boolean | undefined): string =>
  value === undefined ? 'nothing' : `"${printable(String(value))}"`
