import type { Fault, FaultAct, Rpc } from '../peer-commands.ts'
import type { Ending, Stage } from '../service-script.ts'

/** The first calls of an RPC, one fault each. */
export const first = (rpc: Rpc, ...acts: readonly FaultAct[]): Fault => ({
  on: { rpc, attempts: [1, acts.length] },
  acts,
})
export const unavailable: FaultAct = { action: 'status', code: 'UNAVAILABLE' }
/** A cheap task. */
export const list = { actionListSchemas: {} }
export const sync = { syncFull: {} }
export const good: readonly Ending[] = ['success']

/** Waits until a fault holds a call, does something, and lets the call go on. */
export const whileHeld =
  (act: (stage: Stage) => unknown) =>
  async (stage: Stage): Promise<void> => {
    const { fault } = await stage.peer.heard('fault', ({ action }) => action === 'hold')
    await act(stage)
    await stage.peer.tell({ do: 'release', number: fault })
  }

/** Waits until an RPC was answered, and does something. */
export const afterFirst = (rpc: Rpc, act: (stage: Stage) => unknown) => async (stage: Stage) => {
  await stage.peer.heard('answer', (event) => event.rpc === rpc)
  await act(stage)
}
