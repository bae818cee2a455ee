import type { Held, Thing } from '../../server/answers.ts'
import { api, useAnswer } from '../api.ts'
import { go, hrefWith, type Route, whereOf } from '../router.ts'
import { CsvLink } from '../ui/csv-link.tsx'
import { Filter } from '../ui/filter.tsx'
import { Since, Until, Ways } from '../ui/path.tsx'
import { Answer } from '../ui/states.tsx'
import { Pager, Table } from '../ui/table.tsx'
import { number, plural, RefLink } from '../ui/text.tsx'

const LIMIT = 25

const REST = [
  { title: 'How', class: 'words', cell: (row: Held) => row.how },
  { title: 'Through', cell: (row: Held) => <Ways of={row} /> },
  { title: 'Since', cell: (row: Held) => <Since of={row} /> },
  { title: 'Until', cell: (row: Held) => <Until at={row.until} /> },
]

function asked(route: Route, key: string) {
  const q = route.query.get('q') ?? ''
  const offset = Number(route.query.get('offset')) || 0
  return { q, offset, query: { ...whereOf(route.query), key, ...(q !== '' && { q }) } }
}

/** Who holds something of a resource: people first, through which groups, since when and until when. */
export function HoldersTable({ route, thing }: { readonly route: Route; readonly thing: Thing }) {
  const { q, offset, query: about } = asked(route, thing.ref.key)
  const entitlement = route.query.get('entitlement') ?? ''
  const query = { ...about, ...(entitlement !== '' && { entitlement }) }
  const holders = useAnswer(`holders ${JSON.stringify([query, offset])}`, (options) =>
    api.holders.$get({ query: { ...query, offset: String(offset), limit: String(LIMIT) } }, options),
  )
  return (
    <>
      <div class="bar">
        <Filter label="Filter" q={q} />
        {thing.entitlements.length > 1 && (
          <label class="filter">
            <span>Entitlement</span>
            <select
              value={entitlement}
              onChange={({ currentTarget }) => go(hrefWith({ entitlement: currentTarget.value, offset: undefined }))}
            >
              <option value="">any</option>
              {thing.entitlements.map(({ id, slug }) => (
                <option key={id} value={id}>
                  {slug}
                </option>
              ))}
            </select>
          </label>
        )}
        <CsvLink question="holders" query={query} />
      </div>
      <Answer of={holders} what="who holds it">
        {({ total, people, rows }) => (
          <>
            <p role="status">
              {plural(people, 'person', 'people')}, {number(total)} rows
            </p>
            <Table
              caption={`Who can reach ${thing.ref.name}`}
              rows={rows}
              empty={q === '' ? 'Nobody holds it.' : 'No holder matches these words.'}
              columns={[
                { title: 'Who', cell: (row: Held) => <RefLink of={row.principal} withType /> },
                ...(thing.entitlements.length > 1
                  ? [{ title: 'Entitlement', cell: (row: Held) => row.entitlement }]
                  : []),
                ...REST,
              ]}
            />
            <Pager {...{ offset, total, limit: LIMIT }} onOffset={(to) => go(hrefWith({ offset: String(to) }))} />
          </>
        )}
      </Answer>
    </>
  )
}

/** What a principal holds, with the ways to it. */
export function AccessTable({ route, objectKey }: { readonly route: Route; readonly objectKey: string }) {
  const { q, offset, query } = asked(route, objectKey)
  const access = useAnswer(`access ${JSON.stringify([query, offset])}`, (options) =>
    api.access.$get({ query: { ...query, offset: String(offset), limit: String(LIMIT) } }, options),
  )
  return (
    <>
      <div class="bar">
        <Filter label="Filter" q={q} />
        <CsvLink question="access" query={query} />
      </div>
      <Answer of={access} what="what it holds">
        {({ total, rows }) => (
          <>
            <p role="status">{plural(total, 'entitlement')}</p>
            <Table
              caption="What it can reach"
              rows={rows}
              empty={q === '' ? 'It holds nothing.' : 'Nothing that it holds matches these words.'}
              columns={[
                { title: 'What', cell: (row: Held) => <RefLink of={row.on} withType /> },
                { title: 'Entitlement', cell: (row: Held) => row.entitlement },
                ...REST,
              ]}
            />
            <Pager {...{ offset, total, limit: LIMIT }} onOffset={(to) => go(hrefWith({ offset: String(to) }))} />
          </>
        )}
      </Answer>
    </>
  )
}
