import { useState } from 'preact/hooks'
import type { Held, Session } from '../../server/answers.ts'
import type { Decision, Review } from '../../server/answers-work.ts'
import { answerOf, api, messageOf, useAnswer } from '../api.ts'
import { go, hrefTo, hrefWith, type Route, whereOf } from '../router.ts'
import { CsvLink } from '../ui/csv-link.tsx'
import { Picker } from '../ui/picker.tsx'
import { Ways } from '../ui/path.tsx'
import { Answer, Empty, Failed } from '../ui/states.tsx'
import { Pager, Table } from '../ui/table.tsx'
import { number, RefLink, Time } from '../ui/text.tsx'
import { Title } from '../ui/title.tsx'

const LIMIT = 25

interface ReviewProps {
  readonly route: Route
  readonly session: Session
}

/** Keep or revoke, with who decided and why; kept beside the file, exported for `apply` and for an auditor. */
export function ReviewView({ route, session }: ReviewProps) {
  const [turn, setTurn] = useState(0)
  const [reviewer, setReviewer] = useState(localStorage.getItem('reviewer') ?? '')
  const [failure, setFailure] = useState<string | undefined>()
  const where = whereOf(route.query)
  const key = route.query.get('key') ?? ''
  const review = useAnswer(`review ${JSON.stringify([where, turn])}`, (options) =>
    api.review.$get({ query: { ...where, offset: '0', limit: '500' } }, options),
  )
  const send = async (sending: Promise<{ ok: boolean; status: number; json(): Promise<unknown> }>): Promise<void> => {
    try {
      await answerOf(sending)
      setFailure(undefined)
      setTurn((before) => before + 1)
    } catch (error) {
      setFailure(messageOf(error))
    }
  }
  const headers = { headers: { 'x-explorer-csrf': session.csrf } }
  const decide = (entitlementId: string, principalKey: string, verdict: Decision['verdict'], note: string): void => {
    localStorage.setItem('reviewer', reviewer)
    void send(
      api.review.$post({ query: where, json: { entitlementId, principalKey, verdict, note, reviewer } }, headers),
    )
  }
  const forget = ({ entitlementId, principalKey }: Decision): void =>
    void send(api.review.$delete({ query: { ...where, entitlementId, principalKey } }, headers))
  return (
    <>
      <Title text="Review" />
      <p>
        Decisions are kept in a file beside the snapshot. Nothing changes at Twingate:{' '}
        <code>baton-twingate apply revoke.csv</code> does that, when you run it.
      </p>
      <div class="bar">
        <label class="filter">
          <span>Your name</span>
          <input
            value={reviewer}
            autocomplete="name"
            onInput={({ currentTarget }) => setReviewer(currentTarget.value)}
          />
        </label>
        <Picker
          label="Review who reaches"
          where={where}
          onPick={(ref) => go(hrefWith({ key: ref.key, offset: undefined }))}
        />
      </div>
      {failure !== undefined && <Failed message={failure} />}
      <Answer of={review} what="decisions">
        {(answer) => (
          <>
            {key !== '' && (
              <Deciding route={route} objectKey={key} reviewer={reviewer} review={answer} onDecide={decide} />
            )}
            <Decisions of={answer} route={route} onForget={forget} />
          </>
        )}
      </Answer>
    </>
  )
}

interface DecidingProps {
  readonly route: Route
  readonly objectKey: string
  readonly reviewer: string
  readonly review: Review
  readonly onDecide: (entitlementId: string, principalKey: string, verdict: Decision['verdict'], note: string) => void
}

/** What is decided is the first grant of the way: a person who comes by a group is kept in it, or taken out. */
function Deciding({ route, objectKey: key, reviewer, review, onDecide }: DecidingProps) {
  const offset = Number(route.query.get('offset')) || 0
  const query = { ...whereOf(route.query), key }
  const holders = useAnswer(`holders ${JSON.stringify([query, offset])}`, (options) =>
    api.holders.$get({ query: { ...query, offset: String(offset), limit: String(LIMIT) } }, options),
  )
  const thing = useAnswer(`thing ${JSON.stringify(query)}`, (options) => api.thing.$get({ query }, options))
  const decided = new Map(review.rows.map((row) => [`${row.entitlementId}\0${row.principalKey}`, row]))
  return (
    <Answer of={holders} what="who reaches it">
      {({ total, rows }) => (
        <section aria-labelledby="deciding">
          <h2 id="deciding">Who reaches {thing.answer?.ref.name ?? '…'}</h2>
          {reviewer.trim() === '' && <Empty>Type your name above: each decision bears the name of who made it.</Empty>}
          <Table
            caption="To decide"
            rows={rows.filter(({ ways }) => ways.length > 0)}
            empty="Nobody reaches it, so that there is nothing to decide."
            columns={[
              { title: 'Who', cell: (row: Held) => <RefLink of={row.principal} withType /> },
              { title: 'Through', cell: (row: Held) => <Ways of={row} /> },
              {
                title: 'Decision',
                cell: (row: Held) => {
                  const [first] = row.ways[0]?.steps ?? []
                  if (!first) return ''
                  const now = decided.get(`${first.entitlementId}\0${row.principal.key}`)
                  return (
                    <Choice
                      of={`${row.principal.name} in ${first.on.name}`}
                      now={now}
                      isReady={reviewer.trim() !== ''}
                      onDecide={(verdict, note) => onDecide(first.entitlementId, row.principal.key, verdict, note)}
                    />
                  )
                },
              },
            ]}
          />
          <Pager {...{ offset, total, limit: LIMIT }} onOffset={(to) => go(hrefWith({ offset: String(to) }))} />
        </section>
      )}
    </Answer>
  )
}

interface ChoiceProps {
  readonly of: string
  readonly now: Decision | undefined
  readonly isReady: boolean
  readonly onDecide: (verdict: Decision['verdict'], note: string) => void
}

function Choice({ of, now, isReady, onDecide }: ChoiceProps) {
  const [note, setNote] = useState(now?.note ?? '')
  return (
    <div class="choice">
      <input
        aria-label={`Note on ${of}`}
        placeholder="note"
        value={note}
        onInput={({ currentTarget }) => setNote(currentTarget.value)}
      />
      {(['keep', 'revoke'] as const).map((verdict) => (
        <button
          key={verdict}
          type="button"
          disabled={!isReady}
          aria-pressed={now?.verdict === verdict}
          class={now?.verdict === verdict ? 'main' : ''}
          onClick={() => onDecide(verdict, note)}
        >
          {verdict === 'keep' ? 'Keep' : 'Revoke'}
          <span class="hidden"> {of}</span>
        </button>
      ))}
    </div>
  )
}

interface DecisionsProps {
  readonly of: Review
  readonly route: Route
  readonly onForget: (decision: Decision) => void
}

function Decisions({ of: { rows, counts }, route, onForget }: DecisionsProps) {
  const search = new URLSearchParams(Object.entries(whereOf(route.query))).toString()
  const tail = search === '' ? '' : `?${search}`
  return (
    <section aria-labelledby="decided">
      <h2 id="decided">Decided</h2>
      <p role="status">
        {number(counts.keep)} kept, {number(counts.revoke)} to be revoked
      </p>
      {rows.length > 0 && (
        <p class="bar">
          <a class="button" href={`/api/review/apply.csv${tail}`} download="revoke.csv">
            CSV for apply
          </a>
          <a class="button" href={`/api/review/evidence.html${tail}`} download="review.html">
            Evidence
          </a>
          <CsvLink question="review" query={whereOf(route.query)} of="decisions" />
        </p>
      )}
      <Table
        caption="Decisions"
        rows={rows}
        empty="Nothing is decided yet. Pick a resource above, and keep or revoke who reaches it."
        columns={[
          {
            title: 'Decision',
            cell: (row: Decision) => <span class={`badge ${row.verdict === 'keep' ? '' : 'bad'}`}>{row.verdict}</span>,
          },
          {
            title: 'Who',
            cell: (row: Decision) => <a href={hrefTo(['object', row.principalKey])}>{row.principalName}</a>,
          },
          {
            title: 'What',
            cell: (row: Decision) => <a href={hrefTo(['object', row.resourceKey])}>{row.resourceName}</a>,
          },
          { title: 'Reviewer', cell: (row: Decision) => row.reviewer },
          { title: 'When', cell: (row: Decision) => <Time at={row.at} /> },
          { title: 'Note', cell: (row: Decision) => row.note },
          {
            title: 'State',
            cell: (row: Decision) =>
              !row.isThere
                ? 'gone since'
                : row.byHand === null
                  ? row.verdict === 'keep'
                    ? 'stays'
                    : 'in the CSV'
                  : `by hand: ${row.byHand}`,
          },
          {
            title: 'Undo',
            cell: (row: Decision) => (
              <button type="button" onClick={() => onForget(row)}>
                Undo<span class="hidden"> the decision on {row.principalName}</span>
              </button>
            ),
          },
        ]}
      />
    </section>
  )
}
