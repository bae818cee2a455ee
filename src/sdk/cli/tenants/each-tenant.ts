import { ConnectorError } from '../../ground/errors.ts'
import type { TenantRun } from '../io.ts'
import type { TenantOutcome } from './tenant-outcome.ts'

/**
 * Does the same for each tenant, `atOnce` of them at a time, in the order of the file. One that fails stops no other; once the signal has aborted no
 * further one begins. Gives an outcome for every tenant, in their order.
 */
export async function eachTenant<T>(
  tenants: readonly TenantRun[],
  atOnce: number,
  signal: AbortSignal,
  work: (tenant: TenantRun) => Promise<T>,
): Promise<readonly TenantOutcome<T>[]> {
  const outcomes = new Map<string, TenantOutcome<T>>()
  const one = async (run: TenantRun): Promise<TenantOutcome<T>> => {
    const tenant = run.name
    try {
      signal.throwIfAborted()
      return { tenant, outcome: 'done', result: await work(run) }
    } catch (caught) {
      const error = ConnectorError.from(caught, 'run')
      return { tenant, outcome: error.code === 'canceled' ? 'stopped' : 'failed', error }
    }
  }
  // All take from one queue.
  const queue = tenants[Symbol.iterator]()
  const worker = async (): Promise<void> => {
    for (const tenant of queue) outcomes.set(tenant.name, await one(tenant))
  }
  await Promise.all(Array.from({ length: Math.min(atOnce, tenants.length) }, worker))
  return tenants.flatMap(({ name }) => outcomes.get(name) ?? [])
}
