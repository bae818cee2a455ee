import { useState } from 'preact/hooks'
import type { History, Thing } from '../../server/answers.ts'
import { api, useAnswer } from '../api.ts'
import { hrefTo, hrefWith, keysText, type Route, whereOf } from '../router.ts'
import { CsvLink } from '../ui/csv-link.tsx'
import { PathGraph } from '../ui/graph.tsx'
import { Answer, Empty, Failed } from '../ui/states.tsx'
import { Table } from '../ui/table.tsx'
import { RefLink, Status, Time, typeWord } from '../ui/text.tsx'
import { Title } from '../ui/title.tsx'
import { AccessTable, HoldersTable } from './held-tables.tsx'

const WORDS = { user: 'Person', group: 'Group', role: 'Role' } as const

export function ObjectView({ route, objectKey: key }: { readonly route: Route; readonly objectKey: string }) {
  const where = whereOf(route.query)
  const thing = useAnswer(`thing ${JSON.stringify([where, key])}`, (options) =>
    api.thing.$get({ query: { ...where, key } }, options),
  )
  if (thing.state === 'failed')
    return (
      <>
        <Title text="Not here" />
        <Failed message={thing.message} />
      </>
    )
  return (
    <Answer of={thing} what="facts">
      {(answer) => (answer.ref.key === key ? <ObjectPart route={route} of={answer} /> : null)}
    </Answer>
  )
}

function ObjectPart({ route, of }: { readonly route: Route; readonly of: Thing }) {
  const { ref, entitlements, parent, children } = of
  const isHeld = entitlements.length > 0
  const first = isHeld && ref.kind !== 'user' ? 'holders' : 'access'
  const shown = route.query.get('show') ?? first
  const tabs = [
    ...(isHeld ? [['holders', holdersWord(ref)]] : []),
    ['access', 'What it can reach'],
    ['graph', 'Graph'],
    ['history', 'History'],
    ['facts', 'Facts'],
  ] as const
  const word = ref.kind === 'other' ? typeWord(ref.type) : WORDS[ref.kind]
  return (
    <>
      <Title text={ref.name}>
        <span class="badge">{word}</span>
        <Status of={ref} />
      </Title>
      <p>
        {ref.email !== null && <span>{ref.email} </span>}
        {parent && (
          <span>
            in <RefLink of={parent} withType />{' '}
          </span>
        )}
        <a href={hrefTo(['who-can'], { keys: keysText([ref.key]) })}>Compare with others</a>
      </p>
      <nav class="tabs" aria-label={`Parts of ${ref.name}`}>
        {tabs.map(([name, title]) => (
          <a
            key={name}
            href={hrefWith({ show: name, q: undefined, offset: undefined })}
            aria-current={name === shown ? 'page' : undefined}
          >
            {title}
          </a>
        ))}
      </nav>
      {shown === 'holders' && <HoldersTable route={route} thing={of} />}
      {shown === 'access' && <AccessTable route={route} objectKey={ref.key} />}
      {shown === 'graph' && <GraphPart route={route} objectKey={ref.key} first={first} hasHolders={isHeld} />}
      {shown === 'history' && <HistoryPart route={route} objectKey={ref.key} />}
      {shown === 'facts' && <FactsPart of={of} />}
      {children.total > 0 && (
        <section aria-labelledby="inside">
          <h2 id="inside">In it ({children.total})</h2>
          <ul class="columns">
            {children.rows.map((child) => (
              <li key={child.key}>
                <RefLink of={child} withType />
              </li>
            ))}
          </ul>
          {children.total > children.rows.length && <p class="quiet">The first {children.rows.length} are shown.</p>}
        </section>
      )}
    </>
  )
}

/** The heading for those who hold something on the resource. */
const holdersWord = ({ kind, type }: Thing['ref']): string =>
  kind === 'group' ? 'Members and owners' : type === 'device' ? 'Its user' : 'Who can'

function FactsPart({ of: { facts } }: { readonly of: Thing }) {
  return (
    <dl class="facts">
      {facts.map(({ name, value }) => (
        <div key={name}>
          <dt>{name.replace(/^profile\./, '').replaceAll('_', ' ')}</dt>
          <dd>{/^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value) ? <Time at={value} /> : value}</dd>
        </div>
      ))}
    </dl>
  )
}

interface GraphPartProps {
  readonly route: Route
  readonly objectKey: string
  readonly first: 'holders' | 'access'
  readonly hasHolders: boolean
}

function GraphPart({ route, objectKey, first, hasHolders }: GraphPartProps) {
  const [side, setSide] = useState(first)
  return (
    <>
      {hasHolders && (
        <fieldset class="choice">
          <legend class="hidden">Which side</legend>
          {(['holders', 'access'] as const).map((each) => (
            <label key={each}>
              <input type="radio" name="side" checked={side === each} onChange={() => setSide(each)} />{' '}
              {each === 'holders' ? 'who reaches it' : 'what it reaches'}
            </label>
          ))}
        </fieldset>
      )}
      <PathGraph where={whereOf(route.query)} objectKey={objectKey} side={side} />
    </>
  )
}

function HistoryPart({ route, objectKey: key }: { readonly route: Route; readonly objectKey: string }) {
  const where = whereOf(route.query)
  const history = useAnswer(`history ${JSON.stringify([where, key])}`, (options) =>
    api.history.$get({ query: { ...where, key } }, options),
  )
  return (
    <Answer of={history} what="older syncs">
      {({ events, syncs }) => (
        <>
          {syncs < 2 && (
            <Empty>
              There is one full sync only, so that nothing can be said of before. Sync again to the same file, or show a
              folder of files with <code>--dir</code>.
            </Empty>
          )}
          <p class="bar">
            <CsvLink question="history" query={{ ...where, key }} />
          </p>
          <Table
            caption="History"
            rows={events}
            empty="Nothing changed over the syncs at hand."
            columns={[
              {
                title: 'Sync',
                cell: ({ at, file, syncId }: History['events'][number]) => (
                  <a href={hrefWith({ file, sync: syncId, show: undefined })}>
                    <Time at={at} />
                  </a>
                ),
              },
              { title: 'What', cell: ({ what }) => what },
              { title: 'Before', cell: ({ old }) => old ?? '' },
              { title: 'After', cell: ({ new: now }) => now ?? '' },
            ]}
          />
        </>
      )}
    </Answer>
  )
}
