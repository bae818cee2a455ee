import type { Ref } from '../../server/answers.ts'
import { api, useAnswer } from '../api.ts'
import { go, hrefWith, type Route, whereOf } from '../router.ts'
import { CsvLink } from '../ui/csv-link.tsx'
import { Filter } from '../ui/filter.tsx'
import { Answer } from '../ui/states.tsx'
import { Pager, Table } from '../ui/table.tsx'
import { number, RefLink, typeWord } from '../ui/text.tsx'
import { Title } from '../ui/title.tsx'

const LIMIT = 50

const LISTS: Readonly<
  Record<string, { readonly title: string; readonly filter: { kind?: Ref['kind']; type?: string } }>
> = {
  people: { title: 'People', filter: { kind: 'user' } },
  groups: { title: 'Groups', filter: { kind: 'group' } },
  roles: { title: 'Roles', filter: { kind: 'role' } },
  resources: { title: 'Resources', filter: { kind: 'other' } },
  everything: { title: 'Everything', filter: {} },
}

const STATUS = ['enabled', 'disabled', 'deleted'] as const

export function ThingsView({ route, what }: { readonly route: Route; readonly what: string }) {
  const { title, filter } = LISTS[what] ?? { title: 'Everything', filter: {} }
  const words = (name: string): string => route.query.get(name) ?? ''
  const status = STATUS.find((each) => each === words('status'))
  const type = words('type')
  const query = {
    ...whereOf(route.query),
    ...filter,
    ...(type !== '' && { type }),
    ...(status && { status }),
    ...(words('q') !== '' && { q: words('q') }),
  }
  const offset = Number(words('offset')) || 0
  const things = useAnswer(`things ${JSON.stringify([query, offset])}`, (options) =>
    api.things.$get({ query: { ...query, offset: String(offset), limit: String(LIMIT) } }, options),
  )
  return (
    <>
      <Title text={type === '' ? title : `${title}: ${typeWord(type)}`} />
      <div class="bar">
        <Filter label="Filter" q={words('q')} />
        {what === 'people' && (
          <label class="filter">
            <span>Status</span>
            <select
              value={status ?? ''}
              onChange={({ currentTarget }) => go(hrefWith({ status: currentTarget.value, offset: undefined }))}
            >
              <option value="">any</option>
              {STATUS.map((each) => (
                <option key={each}>{each}</option>
              ))}
            </select>
          </label>
        )}
        <CsvLink question="things" query={query} />
      </div>
      <Answer of={things} what="names">
        {({ total, rows }) => (
          <>
            <p role="status">{number(total)} found</p>
            <Table
              caption={title}
              rows={rows}
              empty="Nothing fits. Take words out of the filter, or choose another sync."
              columns={[
                { title: 'Name', cell: (row: Ref) => <RefLink of={row} /> },
                { title: 'Type', cell: (row: Ref) => typeWord(row.type) },
                { title: 'Status', cell: (row: Ref) => row.status ?? '' },
              ]}
            />
            <Pager {...{ offset, total, limit: LIMIT }} onOffset={(to) => go(hrefWith({ offset: String(to) }))} />
          </>
        )}
      </Answer>
    </>
  )
}
