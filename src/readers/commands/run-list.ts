import type { CommandCall } from '../../sdk/cli/command.ts'
import { inPieces } from '../../sdk/cli/output/in-pieces.ts'
import type { StoredTrait } from '../../sdk/wire/rows/stored.ts'
import { ConnectorError } from '../../sdk/ground/errors.ts'
import { readSyncList, type SyncList } from '../../sdk/snapshot/read/sync-list.ts'
import type { NamedFile } from '../file/open-files.ts'
import type { SyncView } from '../file/sync-view.ts'
import { unknownType } from '../names/find-thing.ts'
import { keyOf } from '../model/thing.ts'
import { chooseRows, type RowChooser } from '../output/choose-rows.ts'
import type { Shape } from '../output/columns.ts'
import type { Row } from '../output/row.ts'
import { hasColor, rowWriter } from '../output/row-writer.ts'
import { ENTITLEMENTS, entitlementRows, grantLines, GRANTS, grantRows } from '../rows/grant-rows.ts'
import { SYNCS, syncRows } from '../rows/sync-rows.ts'
import { hasTags } from '../rows/has-tags.ts'
import { countMembers, GROUPS, RESOURCES, thingRows, USERS } from '../rows/thing-rows.ts'
import type { Listed } from './listed.ts'
import {
  choiceOf,
  filesOf,
  isWhole,
  originShape,
  type RowSettings,
  withOrigin,
  withSnapshot,
  withView,
} from './reading.ts'

export interface ListSettings extends RowSettings {
  readonly tag: readonly string[]
  readonly type: string | undefined
}

const SHAPES: Readonly<Record<Listed, Shape>> = {
  users: USERS,
  groups: GROUPS,
  roles: GROUPS,
  resources: RESOURCES,
  entitlements: ENTITLEMENTS,
  grants: GRANTS,
  syncs: SYNCS,
}

const TRAITS: Readonly<Partial<Record<Listed, StoredTrait>>> = { users: 'user', groups: 'group', roles: 'role' }

/** Lists one kind of row of one or several files. Exit code 0. */
export async function runList(call: CommandCall, settings: ListSettings, what: Listed): Promise<number> {
  refuseNoUse(settings, what)
  const files = filesOf(settings, call)
  const [first, second] = files
  if (what === 'grants' && settings.output === 'ndjson' && first && !second && isWhole(settings))
    return listGrantLines(call, settings, first)
  const shape = files.length > 1 ? originShape(SHAPES[what]) : SHAPES[what]
  const writer = rowWriter(call.stdout, {
    form: settings.output,
    shape,
    columns: settings.columns,
    isColored: hasColor(call.stdout, call.process.env),
  })
  const rows = chooseRows(writer, choiceOf(settings), shape)
  for (const file of files) if (!(await listFile(call, settings, what, file, files.length > 1, rows))) break
  const { shown, more } = rows.end()
  if (more) call.stderr.write(`the first ${shown}; there are more\n`)
  else if (shown === 0) call.stderr.write(`no ${what} fit\n`)
  return 0
}

/** The same lines without a row for each, which takes half the time. */
async function listGrantLines(call: CommandCall, settings: ListSettings, file: NamedFile): Promise<number> {
  const count = await withView(file, settings, call, (view) => {
    const pieces = inPieces(call.stdout)
    let lines = 0
    for (const batch of grantLines(view)) {
      for (const line of batch) pieces.write(line)
      lines += batch.length
    }
    pieces.end()
    return lines
  })
  if (count === 0) call.stderr.write('no grants fit\n')
  return 0
}

function refuseNoUse({ tag, type }: ListSettings, what: Listed): void {
  const flag = tag.length > 0 ? 'tag' : type === undefined ? undefined : 'type'
  if (flag !== undefined && ['entitlements', 'grants', 'syncs'].includes(what))
    throw new ConnectorError(
      'invalid-argument',
      `list ${what}`,
      `--${flag} is for users, groups, roles and resources; use --where here`,
    )
}

/** Gives false once no further row is wanted. */
async function listFile(
  call: CommandCall,
  settings: ListSettings,
  what: Listed,
  file: NamedFile,
  isOneOfMany: boolean,
  rows: RowChooser,
): Promise<boolean> {
  if (what === 'syncs') {
    const origin = isOneOfMany ? { tenant: file.tenant, syncedAt: null, file: file.name } : {}
    const pass = (list: SyncList): boolean =>
      passAll(
        [...syncRows(list)].map((row) => ({ ...origin, ...row })),
        rows,
      )
    // What syncs say of themselves stands at the beginning; of a million grants the rest takes seconds to unpack.
    const list = await readSyncList(file.path, call.process.tempDir)
    return list ? pass(list) : withSnapshot(file, call, pass)
  }
  return withView(file, settings, call, (view) => {
    const all = rowsOf(view, what, settings)
    return passAll(isOneOfMany ? withOrigin(all, file, view) : all, rows)
  })
}

function passAll(rows: Iterable<Row>, to: RowChooser): boolean {
  for (const row of rows) if (!to.take(row)) return false
  return true
}

function rowsOf(view: SyncView, what: Exclude<Listed, 'syncs'>, { tag, type }: ListSettings): Iterable<Row> {
  switch (what) {
    case 'grants':
      return grantRows(view)
    case 'entitlements':
      return entitlementRows(view)
    default: {
      const trait = TRAITS[what]
      if (type !== undefined && !view.types.has(type)) throw unknownType(view, type)
      const types = view.typesWhere(
        ({ id, traits }) => (trait === undefined || traits.includes(trait)) && (type === undefined || id === type),
      )
      const things = tag.length === 0 ? view.things(types) : hasTags(view.things(types), tag)
      if (what === 'users' || what === 'resources') return thingRows(things, SHAPES[what])
      const members = countMembers(view, types)
      return thingRows(things, SHAPES[what], ({ id }) => ({ members: members.get(keyOf(id)) ?? 0 }))
    }
  }
}
