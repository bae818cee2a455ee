import type { ChangeRow, Changes, Moment, Moments } from '../../server/answers-work.ts'
import { api, useAnswer } from '../api.ts'
import { go, hrefTo, hrefWith, type Route } from '../router.ts'
import { CsvLink } from '../ui/csv-link.tsx'
import { Filter } from '../ui/filter.tsx'
import { Answer, Empty } from '../ui/states.tsx'
import { Pager, Table } from '../ui/table.tsx'
import { number, Time, typeWord } from '../ui/text.tsx'
import { Title } from '../ui/title.tsx'

const LIMIT = 50
const KINDS = ['added', 'removed', 'changed', 'expired'] as const

/** A slider over the syncs at hand, and what differs from the one before, or from any other. */
export function ChangesView({ route }: { readonly route: Route }) {
  const moments = useAnswer('moments', (options) => api.moments.$get({ query: {} }, options))
  return (
    <>
      <Title text="Changes" />
      <Answer of={moments} what="the syncs of all files">
        {(answer) =>
          answer.moments.length < 2 ? (
            <Empty>
              Two full syncs are compared, and there {answer.moments.length === 1 ? 'is one' : 'is none'}. Sync again to
              the same file, or show a folder of files: <code>baton-twingate explorer --dir FOLDER</code>.
            </Empty>
          ) : (
            <Slider route={route} of={answer} />
          )
        }
      </Answer>
    </>
  )
}

function Slider({ route, of: { moments, unread } }: { readonly route: Route; readonly of: Moments }) {
  const last = moments.length - 1
  const at = (name: string, otherwise: number): number => {
    const found = moments.findIndex(({ sync }) => sync === route.query.get(name))
    return found < 0 ? otherwise : found
  }
  const to = Math.max(1, at('sync', last))
  const from = Math.min(at('beforeSync', to - 1), to - 1)
  const [before, after] = [moments[from], moments[to]]
  if (!before || !after) return null
  const choose = (nextFrom: number, nextTo: number): void => {
    const [start, end] = [moments[nextFrom], moments[nextTo]]
    if (start && end)
      go(
        hrefWith({ beforeFile: start.file, beforeSync: start.sync, file: end.file, sync: end.sync, offset: undefined }),
        'replace',
      )
  }
  return (
    <>
      {unread.map((why) => (
        <p key={why} class="notice">
          {why}
        </p>
      ))}
      <div class="slider">
        <label>
          <span>
            To: <Time at={after.endedAt} />
          </span>
          <input
            type="range"
            min={1}
            max={last}
            value={to}
            aria-valuetext={after.endedAt}
            onChange={({ currentTarget: { value } }) => choose(Number(value) - 1, Number(value))}
          />
        </label>
        <label>
          <span>
            From: <Time at={before.endedAt} />
          </span>
          <input
            type="range"
            min={0}
            max={to - 1}
            value={from}
            disabled={to === 1}
            aria-valuetext={before.endedAt}
            onChange={({ currentTarget: { value } }) => choose(Number(value), to)}
          />
        </label>
      </div>
      <ChangesPart route={route} before={before} after={after} />
    </>
  )
}

interface PartProps {
  readonly route: Route
  readonly before: Moment
  readonly after: Moment
}

function ChangesPart({ route, before, after }: PartProps) {
  const word = (name: string): string => route.query.get(name) ?? ''
  const change = KINDS.find((kind) => kind === word('change'))
  const q = word('q')
  const offset = Number(word('offset')) || 0
  const query = {
    ...{ file: after.file, sync: after.sync, beforeFile: before.file, beforeSync: before.sync },
    ...(q !== '' && { q }),
    ...(change && { change }),
    ...(word('only') === 'admins' && { only: 'admins' as const }),
  }
  const changes = useAnswer(`changes ${JSON.stringify([query, offset])}`, (options) =>
    api.changes.$get({ query: { ...query, offset: String(offset), limit: String(LIMIT) } }, options),
  )
  return (
    <>
      <div class="bar">
        <Filter label="Filter" q={q} />
        <label class="filter">
          <span>Change</span>
          <select
            value={change ?? ''}
            onChange={({ currentTarget }) => go(hrefWith({ change: currentTarget.value, offset: undefined }))}
          >
            <option value="">any</option>
            {KINDS.map((kind) => (
              <option key={kind}>{kind}</option>
            ))}
          </select>
        </label>
        <label>
          <input
            type="checkbox"
            checked={word('only') === 'admins'}
            onChange={({ currentTarget }) =>
              go(hrefWith({ only: currentTarget.checked ? 'admins' : undefined, offset: undefined }))
            }
          />{' '}
          administrators only
        </label>
        <CsvLink question="changes" query={query} />
      </div>
      <Answer of={changes} what="both syncs">
        {({ counts, total, rows }) => (
          <>
            <p role="status">{KINDS.map((kind) => `${number(counts[kind] ?? 0)} ${kind}`).join(', ')}</p>
            <Table
              caption="Changes"
              rows={rows}
              empty={total === 0 && q === '' ? 'Nothing differs.' : 'No change fits.'}
              columns={columnsFor(before, after)}
            />
            <Pager {...{ offset, total, limit: LIMIT }} onOffset={(to) => go(hrefWith({ offset: String(to) }))} />
          </>
        )}
      </Answer>
    </>
  )
}

type Row = Changes['rows'][number]

/** Links lead to each object at the time at which it was there. */
function columnsFor(before: Moment, after: Moment) {
  const link = (row: ChangeRow, of: Row['subject'], otherwise: string) => {
    const { file, sync } = row.at === 'before' ? before : after
    return of ? <a href={hrefTo(['object', of.key], { file, sync })}>{of.name}</a> : otherwise
  }
  return [
    {
      title: 'Change',
      cell: (row: Row) => (
        <>
          <span class={`badge ${row.change === 'added' ? '' : row.change === 'changed' ? 'warn' : 'bad'}`}>
            {row.change}
          </span>{' '}
          {row.jewel && <span class="badge warn">crown jewel</span>}{' '}
          {row.admin && <span class="badge warn">administrator</span>}{' '}
          {row.newAccess && <span class="badge">new access</span>}
        </>
      ),
    },
    { title: 'What', cell: (row: Row) => typeWord(row.what) },
    {
      title: 'Who',
      cell: (row: Row) => (
        <>
          {link(row, row.subject, row.name)} {row.subject?.email !== null && <small>{row.subject?.email}</small>}
        </>
      ),
    },
    {
      title: 'On',
      cell: (row: Row) =>
        row.on ? (
          <>
            {link(row, row.on, '')} <small>({row.entitlement})</small>
          </>
        ) : (
          (row.entitlement ?? '')
        ),
    },
    {
      title: 'Difference',
      cell: (row: Row) =>
        row.field === null ? '' : `${row.field.replace(/^profile\./, '')}: ${row.old ?? 'none'} → ${row.new ?? 'none'}`,
    },
  ]
}
