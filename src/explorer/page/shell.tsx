import type { ComponentChildren } from 'preact'
import type { Overview, Session } from '../server/answers.ts'
import { go, hrefTo, hrefWith, type Route, whereOf } from './router.ts'
import { SearchBox } from './search.tsx'
import { timeText } from './ui/text.tsx'

const PAGES: readonly (readonly [title: string, parts: readonly string[]])[] = [
  ['Overview', []],
  ['People', ['list', 'people']],
  ['Groups', ['list', 'groups']],
  ['Resources', ['list', 'resources']],
  ['Roles', ['list', 'roles']],
  ['Everything', ['list', 'everything']],
  ['Who can', ['who-can']],
  ['Changes', ['changes']],
  ['Findings', ['findings']],
  ['Review', ['review']],
  ['Runs', ['runs']],
]

export interface ShellProps {
  readonly route: Route
  readonly session: Session
  readonly overview: Overview | undefined
  readonly children: ComponentChildren
}

/** What stands around every view: the way to others, search, and which sync is looked at. */
export function Shell({ route, session, overview, children }: ShellProps) {
  const here = route.parts.join('/')
  return (
    <>
      <a class="skip" href="#main" onClick={() => document.getElementById('main')?.focus()}>
        Skip to the content
      </a>
      <header>
        <a class="brand" href={hrefTo([])}>
          Explorer
        </a>
        <SearchBox route={route} />
        {session.files.length > 0 && <SyncPicker route={route} session={session} overview={overview} />}
      </header>
      <nav class="pages" aria-label="Pages">
        {PAGES.map(([title, parts]) => (
          <a key={title} href={hrefTo(parts)} aria-current={parts.join('/') === here ? 'page' : undefined}>
            {title}
          </a>
        ))}
      </nav>
      <main id="main" tabIndex={-1}>
        {children}
      </main>
    </>
  )
}

interface PickerProps {
  readonly route: Route
  readonly session: Session
  readonly overview: Overview | undefined
}

function SyncPicker({ route, session, overview }: PickerProps) {
  const where = whereOf(route.query)
  const syncs = overview?.syncs.filter(({ state }) => state !== 'unfinished') ?? []
  return (
    <div class="pickers">
      {session.files.length > 1 && (
        <label>
          <span class="hidden">File</span>
          <select
            value={where.file ?? session.files[0]?.name}
            onChange={({ currentTarget }) => go(hrefWith({ file: currentTarget.value, sync: undefined }))}
          >
            {session.files.map(({ name }) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </label>
      )}
      {overview && syncs.length > 1 && (
        <label>
          <span class="hidden">Sync</span>
          <select
            value={overview.sync.id}
            onChange={({ currentTarget: { value } }) =>
              go(hrefWith({ sync: syncs.find(({ id }) => id === value)?.state === 'shown' ? undefined : value }))
            }
          >
            {syncs.toReversed().map(({ id, endedAt, state }) => (
              <option key={id} value={id}>
                {timeText(endedAt ?? '')} {state === 'shown' ? '(newest)' : ''}
              </option>
            ))}
          </select>
        </label>
      )}
    </div>
  )
}
