import type { CommandCall } from '../../sdk/cli/command.ts'
import { ConnectorError } from '../../sdk/ground/errors.ts'
import { allowStaged } from '../plan/guard.ts'
import { Escrow } from '../state/escrow.ts'
import { Meta } from '../state/meta.ts'
import { joinState, type State } from '../state/open-state.ts'
import { Quarantine } from '../state/quarantine.ts'
import { inTransaction } from '../state/transaction.ts'
import { plural } from './output/words.ts'
import { stateFileOf, type StateSettings } from './state-file.ts'

/** Changes the state beside an engine that may be at work, and says what comes of it. */
async function leave(
  { process, stdout, config }: CommandCall,
  settings: StateSettings,
  word: (state: State, meta: Meta) => string,
): Promise<number> {
  const state = joinState(await stateFileOf(settings, process.cwd))
  try {
    const meta = new Meta(state.database)
    const said = inTransaction(state.database, () => {
      const text = word(state, meta)
      // Wakes a program that waits for its next cycle.
      meta.set('woken', `${process.clock.now().toISOString()} ${Buffer.from(process.random(6)).toString('hex')}`)
      return text
    })
    stdout.write(config['output'] === 'json' ? `${JSON.stringify({ version: 1, result: said })}\n` : `${said}\n`)
    return 0
  } finally {
    state.close()
  }
}

export const pause = (call: CommandCall, settings: StateSettings): Promise<number> =>
  leave(call, settings, (_, meta) => {
    const since = meta.get('paused')
    if (since !== undefined) return `paused already, since ${since}`
    meta.set('paused', call.process.clock.now().toISOString())
    return 'paused; a cycle that runs comes to its end, and scim resume goes on'
  })

export const resume = (call: CommandCall, settings: StateSettings): Promise<number> =>
  leave(call, settings, (_, meta) => {
    if (meta.get('paused') === undefined) return 'not paused'
    meta.set('paused', undefined)
    return 'resumed; a program that runs begins its next cycle now'
  })

const USUAL = ['watermark', 'escrows', 'quarantine']

export const restart = (call: CommandCall, settings: StateSettings, resets: readonly string[]): Promise<number> =>
  leave(call, settings, ({ database }, meta) => {
    const wanted = resets.length === 0 ? USUAL : resets
    if (wanted.includes('links')) database.exec('delete from link; delete from rewritten')
    if (wanted.includes('escrows')) new Escrow(database).clear()
    if (wanted.includes('quarantine')) new Quarantine(database).leave()
    if (wanted.includes('watermark') || wanted.includes('links'))
      for (const name of ['watermark', 'fingerprint', 'listed'] as const) meta.set(name, undefined)
    return `forgotten: ${wanted.join(', ')}; the next cycle begins now where a program runs`
  })

/** Errors: `not-found` where nothing waits. */
export const allowDeletes = (call: CommandCall, settings: StateSettings): Promise<number> =>
  leave(call, settings, ({ database }) => {
    const count = allowStaged(database)
    if (count === 0)
      throw new ConnectorError('not-found', 'allow deletes', 'nothing waits; scim plan shows what would be done')
    const quarantine = new Quarantine(database)
    if (quarantine.current()?.reason === 'TooManyDeletes') quarantine.leave()
    return `${plural(count, 'object')} may be disabled or deleted; the next cycle, or scim apply, does it`
  })
