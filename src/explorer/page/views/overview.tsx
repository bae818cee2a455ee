import type { Overview, Totals } from '../../server/answers.ts'
import { api, type Asked, useAnswer } from '../api.ts'
import { hrefTo, type Route, whereOf } from '../router.ts'
import { GrowthChart } from '../ui/chart.tsx'
import { Answer } from '../ui/states.tsx'
import { bytes, distance, number, plural, RefLink, Time } from '../ui/text.tsx'
import { Title } from '../ui/title.tsx'

/** `policy` → `policies`; names of types are English. */
const manyOf = (name: string): string => (/[^aeiou]y$/.test(name) ? name.replace(/y$/, 'ies') : `${name}s`)

const LISTS: Readonly<Record<string, string>> = { user: 'people', group: 'groups', role: 'roles' }

interface OverviewProps {
  readonly route: Route
  readonly overview: Asked<Overview>
}

export function OverviewView({ route, overview }: OverviewProps) {
  const where = whereOf(route.query)
  const about = JSON.stringify(where)
  // What takes a look at every row is asked for once the first numbers are on the page.
  const isHere = overview.state === 'here'
  const totals = useAnswer(isHere ? `totals ${about}` : null, (options) => api.totals.$get({ query: where }, options))
  const findings = useAnswer(totals.state === 'loading' ? null : `findings ${about}`, (options) =>
    api.findings.$get({ query: { ...where, offset: '0', limit: '1' } }, options),
  )
  const growth = useAnswer(totals.state === 'loading' ? null : `growth ${about}`, (options) =>
    api.growth.$get({ query: where }, options),
  )
  return (
    <>
      <Title text="Overview" />
      <Answer of={overview} what="the file">
        {(answer) => (
          <>
            <FileLine of={answer} />
            <ul class="tiles">
              {answer.counts.map(({ type, name, kind, count }) => (
                <li key={type}>
                  <a href={hrefTo(['list', LISTS[kind] ?? 'everything'], LISTS[kind] ? {} : { type })}>
                    <b>{number(count)}</b>{' '}
                    <span>
                      {kind === 'user' ? (count === 1 ? 'person' : 'people') : count === 1 ? name : manyOf(name)}
                    </span>
                  </a>
                </li>
              ))}
              <li>
                <b>{number(answer.grants)}</b> <span>grants</span>
              </li>
            </ul>
          </>
        )}
      </Answer>
      <Answer of={totals} what="every grant">
        {(answer) => <TotalsPart of={answer} />}
      </Answer>
      <Answer of={findings} what="the rules">
        {({ levels }) => (
          <ul class="tiles">
            {(['error', 'warning', 'note'] as const).map((level) => (
              <li key={level}>
                <a href={hrefTo(['findings'], { level })}>
                  <b>{number(levels[level])}</b> <span>findings: {level}</span>
                </a>
              </li>
            ))}
          </ul>
        )}
      </Answer>
      <section aria-labelledby="growth">
        <h2 id="growth">Growth</h2>
        <Answer of={growth} what="the syncs">
          {(answer) => overview.answer && <GrowthChart overview={overview.answer} growth={answer} />}
        </Answer>
      </section>
    </>
  )
}

function FileLine({ of: { file, sync, notes, syncs } }: { readonly of: Overview }) {
  const unfinished = syncs.filter(({ state }) => state === 'unfinished').length
  return (
    <>
      <p>
        <strong>{file.name}</strong> ({bytes(file.bytes)}), {sync.type} sync of <Time at={sync.endedAt} />,{' '}
        {distance(sync.endedAt)}.{' '}
        {sync.type === 'full' ? 'It is whole: the sync came to its end.' : 'It may hold a part only.'}
        {unfinished > 0 &&
          ` ${plural(unfinished, 'unfinished sync')} in the file ${unfinished === 1 ? 'is' : 'are'} not shown.`}
      </p>
      {notes.map((note) => (
        <p key={note} class="notice">
          {note}
        </p>
      ))}
    </>
  )
}

const SAID = {
  expanded: 'The file is expanded: access through groups stands in it.',
  'not expanded': 'The file is not expanded; access through groups is worked out here, by the same rules.',
  'nothing to expand': 'Nothing in the file passes access on.',
} as const

function TotalsPart({ of: { people, admins, grants, expansion } }: { readonly of: Totals }) {
  return (
    <>
      <p class="quiet">{SAID[expansion]}</p>
      <ul class="tiles">
        <li>
          <a href={hrefTo(['list', 'people'], { status: 'disabled' })}>
            <b>{number(people.disabled)}</b> <span>disabled people</span>
          </a>
        </li>
        <li>
          <b>{number(admins.total)}</b> <span>{admins.total === 1 ? 'administrator' : 'administrators'}</span>
        </li>
        <li>
          <b>{number(grants.standing)}</b> <span>standing grants</span>
        </li>
        <li>
          <b>{number(grants.expiring)}</b> <span>{grants.expiring === 1 ? 'grant that ends' : 'grants that end'}</span>
        </li>
        <li>
          <b>{number(grants.soon)}</b> <span>end within 30 days</span>
        </li>
      </ul>
      {admins.people.length > 0 && (
        <details open={admins.people.length <= 8}>
          <summary>Administrators, directly or by a group</summary>
          <ul class="columns">
            {admins.people.map((ref) => (
              <li key={ref.key}>
                <RefLink of={ref} />
              </li>
            ))}
          </ul>
          {admins.total > admins.people.length && <p>and {number(admins.total - admins.people.length)} more</p>}
        </details>
      )}
    </>
  )
}
