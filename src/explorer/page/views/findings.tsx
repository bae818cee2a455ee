import type { FindingRow } from '../../server/answers-work.ts'
import { api, useAnswer } from '../api.ts'
import { go, hrefTo, hrefWith, type Route, whereOf } from '../router.ts'
import { CsvLink } from '../ui/csv-link.tsx'
import { Filter } from '../ui/filter.tsx'
import { Path } from '../ui/path.tsx'
import { Answer } from '../ui/states.tsx'
import { type Column, Pager, Table } from '../ui/table.tsx'
import { number, RefLink } from '../ui/text.tsx'
import { Title } from '../ui/title.tsx'

const LIMIT = 50
const LEVELS = ['error', 'warning', 'note'] as const

const COLUMNS: readonly Column<FindingRow>[] = [
  { title: 'Level', cell: (row) => <Level of={row.level} /> },
  {
    title: 'Rule',
    cell: (row) => (row.test === null ? row.rule : `${row.test} (${row.rule})`),
  },
  { title: 'About', cell: (row) => <RefLink of={row.about} withType /> },
  { title: 'Finding', cell: (row) => row.message },
  {
    title: 'Way',
    cell: (row) =>
      row.way ? (
        <Path from={row.about} way={row.way} />
      ) : (
        <a
          href={hrefTo(['object', row.about.key], {
            show: row.about.kind === 'user' ? 'access' : 'holders',
          })}
        >
          show<span class="hidden"> the ways of {row.about.name}</span>
        </a>
      ),
  },
]

/** What the rules of `check` find, the built-in ones and those of files, each with the way that breaks it. */
export function FindingsView({ route }: { readonly route: Route }) {
  const word = (name: string): string => route.query.get(name) ?? ''
  const level = LEVELS.find((each) => each === word('level'))
  const offset = Number(word('offset')) || 0
  const query = {
    ...whereOf(route.query),
    ...(word('q') !== '' && { q: word('q') }),
    ...(level && { level }),
    ...(word('rule') !== '' && { rule: word('rule') }),
  }
  const findings = useAnswer(`findings ${JSON.stringify([query, offset])}`, (options) =>
    api.findings.$get({ query: { ...query, offset: String(offset), limit: String(LIMIT) } }, options),
  )
  return (
    <>
      <Title text="Findings" />
      <Answer of={findings} what="rules and rows">
        {({ files, levels, rules, errors, total, rows }) => (
          <>
            <p>
              The built-in rules of <code>baton-twingate check</code>
              {files.length > 0 ? (
                <>
                  , and those of <code>{files.join(', ')}</code>.
                </>
              ) : (
                <>
                  . <code>explorer --rules FILE</code> adds rules and tests of your own.
                </>
              )}
            </p>
            <div class="bar">
              <Filter label="Filter" q={word('q')} />
              <RuleChoice chosen={word('rule')} rules={rules} />
              <CsvLink question="findings" query={query} />
            </div>
            <p class="bar">
              {LEVELS.map((each) => (
                <a
                  key={each}
                  class="button"
                  href={hrefWith({ level: each === level ? undefined : each, offset: undefined })}
                  aria-current={each === level ? 'true' : undefined}
                >
                  {number(levels[each])} {each === 'error' ? 'errors' : `${each}s`}
                </a>
              ))}
            </p>
            {errors.map((why) => (
              <p key={why} class="notice bad">
                {why}
              </p>
            ))}
            <Table
              caption="Findings"
              rows={rows}
              empty={
                level === undefined && word('rule') === '' && word('q') === ''
                  ? 'All is as the rules want it.'
                  : 'No finding fits.'
              }
              columns={COLUMNS}
            />
            <Pager {...{ offset, total, limit: LIMIT }} onOffset={(to) => go(hrefWith({ offset: String(to) }))} />
          </>
        )}
      </Answer>
    </>
  )
}

function RuleChoice({
  chosen,
  rules,
}: {
  readonly chosen: string
  readonly rules: readonly { readonly id: string; readonly found: number }[]
}) {
  return (
    <label class="filter">
      <span>Rule</span>
      <select
        value={chosen}
        onChange={({ currentTarget }) => go(hrefWith({ rule: currentTarget.value, offset: undefined }))}
      >
        <option value="">any</option>
        {rules.map(({ id, found }) => (
          <option key={id} value={id}>
            {id} ({number(found)})
          </option>
        ))}
      </select>
    </label>
  )
}

function Level({ of }: { readonly of: FindingRow['level'] }) {
  return <span class={`badge ${of === 'error' ? 'bad' : of === 'warning' ? 'warn' : ''}`}>{of}</span>
}
