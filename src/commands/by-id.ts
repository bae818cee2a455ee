import { CHANGE, type ChangeCommand } from './change-command.ts'

interface ByIdCommand {
  /** First word of the command. */
  readonly family: string
  readonly verb: string
  readonly summary: string
  /** An id for the example. */
  readonly id: string
  /** Outcome of what is done, and of what is so already. */
  readonly outcomes: readonly [done: string, settled: string]
}

/** A command that invokes the action `<verb>_<family>` on what an id names. */
export const byId = ({ family, verb, summary, id, outcomes }: ByIdCommand): ChangeCommand => ({
  name: `${family} ${verb}`,
  summary,
  ...CHANGE,
  arguments: [{ name: 'id' }],
  examples: `Examples:\n  baton-twingate ${family} ${verb} ${id}`,
  async load() {
    const { idActionCommand } = await import('./run-id-action.ts')
    const type = family.replaceAll(/[- ]/g, '_')
    return idActionCommand(`${family} ${verb}`, `${verb}_${type}`, `${type}_id`, outcomes)
  },
})
