import type { Shared } from '../../server/answers.ts'
import { api, useAnswer } from '../api.ts'
import { go, hrefTo, hrefWith, keysIn, keysText, type Route, whereOf } from '../router.ts'
import { CsvLink } from '../ui/csv-link.tsx'
import { Filter } from '../ui/filter.tsx'
import { Answer, Empty } from '../ui/states.tsx'
import { Pager, Table } from '../ui/table.tsx'
import { plural, RefLink } from '../ui/text.tsx'
import { Title } from '../ui/title.tsx'
import { Picker } from '../ui/picker.tsx'

const LIMIT = 50

/** One or several resources or people side by side: who reaches each, or what each reaches. */
export function WhoCanView({ route }: { readonly route: Route }) {
  const keys = keysIn(route.query.get('keys') ?? '')
  const choose = (next: readonly string[]): void =>
    go(hrefWith({ keys: keysText(next), offset: undefined, q: undefined }))
  return (
    <>
      <Title text="Who can" />
      <p>
        Pick a resource, a group or a role: who reaches it. Pick a person: what they reach. Pick several to see what
        they share.
      </p>
      <Picker label="Add" where={whereOf(route.query)} onPick={(ref) => choose([...new Set([...keys, ref.key])])} />
      {keys.length === 0 ? (
        <Empty>Nothing is picked yet. Type a name above, for example that of a database.</Empty>
      ) : (
        <SharedPart route={route} keys={keys} onRemove={(key) => choose(keys.filter((each) => each !== key))} />
      )}
    </>
  )
}

interface SharedPartProps {
  readonly route: Route
  readonly keys: readonly string[]
  readonly onRemove: (key: string) => void
}

function SharedPart({ route, keys, onRemove }: SharedPartProps) {
  const q = route.query.get('q') ?? ''
  const offset = Number(route.query.get('offset')) || 0
  const query = { ...whereOf(route.query), keys: keysText(keys), ...(q !== '' && { q }) }
  const shared = useAnswer(`shared ${JSON.stringify([query, offset])}`, (options) =>
    api.shared.$get({ query: { ...query, offset: String(offset), limit: String(LIMIT) } }, options),
  )
  return (
    <Answer of={shared} what="who reaches what">
      {({ of, total, rows }) => (
        <>
          <ul class="chosen" aria-label="Picked">
            {of.map((ref) => (
              <li key={ref.key}>
                <RefLink of={ref} withType />{' '}
                <button type="button" aria-label={`Remove ${ref.name}`} onClick={() => onRemove(ref.key)}>
                  ×
                </button>
              </li>
            ))}
          </ul>
          <div class="bar">
            <Filter label="Filter" q={q} />
            <CsvLink question="shared" query={query} />
          </div>
          <p role="status">
            {of.length === 1 ? plural(total, 'row') : `${plural(total, 'row')}, what all share first`}
          </p>
          <Table
            caption="Who can"
            rows={rows}
            empty="Nobody, and nothing."
            columns={[
              { title: 'Name', cell: ({ ref }: Shared['rows'][number]) => <RefLink of={ref} withType /> },
              ...of.map((ref, i) => ({
                title: ref.name,
                cell: ({ ref: other, has }: Shared['rows'][number]) =>
                  has[i] === true ? (
                    <a
                      href={
                        ref.kind === 'user'
                          ? hrefTo(['object', ref.key], { q: other.name })
                          : hrefTo(['object', ref.key], { q: other.email ?? other.name })
                      }
                    >
                      yes<span class="hidden">, show how</span>
                    </a>
                  ) : (
                    <span class="quiet">no</span>
                  ),
              })),
            ]}
          />
          <Pager {...{ offset, total, limit: LIMIT }} onOffset={(to) => go(hrefWith({ offset: String(to) }))} />
        </>
      )}
    </Answer>
  )
}
