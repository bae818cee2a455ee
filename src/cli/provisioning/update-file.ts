import { ConnectorError } from '../../sdk/errors.ts'
import type { ResourceId } from '../../sdk/model.ts'
import { defaultRetryPolicy } from '../../sdk/retry.ts'
import { hasFullSync } from '../../snapshot/has-full-sync.ts'
import { runSync } from '../../sync/engine.ts'
import { openStore, snapshotPlace } from '../open-store.ts'
import { printable } from '../output/terminal.ts'
import type { ChangeContext } from './context.ts'

/** Asked before anything is sent. Errors: `failed-precondition` where the file cannot be brought up to date afterwards. */
export async function refuseFileWithoutSync({ config }: Pick<ChangeContext, 'config'>): Promise<void> {
  if (await hasFullSync(snapshotPlace(config))) return
  throw new ConnectorError(
    'failed-precondition',
    'update file',
    `${config.file} holds no finished full sync that could be brought up to date, and nothing was changed; run a sync first or leave out --update-file`,
  )
}

/** Reads what was changed into the file, as a new partial sync beside the finished ones. */
export async function updateFile(context: ChangeContext, targets: readonly ResourceId[]): Promise<void> {
  const { config, ambient, connector, io } = context
  const result = await runSync({
    connector,
    store: openStore(config, ambient, io.log),
    scope: { types: new Set(connector.syncers.map((syncer) => syncer.type.id)), entitlements: true, grants: true },
    targets,
    workers: 1,
    retry: defaultRetryPolicy,
    clock: ambient.clock,
    log: io.log,
    signal: ambient.signal,
    onEvent: () => {},
  })
  const what = targets.length === 1 ? 'what was changed' : `${targets.length.toLocaleString('en-US')} changed resources`
  io.stderr.write(`${printable(result.file.path)} now tells ${what} (partial sync ${result.syncId})\n`)
}
