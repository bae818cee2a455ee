import { useEffect, useState } from 'preact/hooks'
import type { Daemon, Runs } from '../../server/answers-work.ts'
import { api, useAnswer } from '../api.ts'
import { hrefWith, type Route } from '../router.ts'
import { CsvLink } from '../ui/csv-link.tsx'
import { Answer, Empty } from '../ui/states.tsx'
import { Table } from '../ui/table.tsx'
import { bytes, distance, number, plural, Time } from '../ui/text.tsx'
import { Title } from '../ui/title.tsx'

/** Between two looks; the daemon writes once a second. */
const LOOK_MS = 2_000

export function RunsView({ route }: { readonly route: Route }) {
  const [turn, setTurn] = useState(0)
  const failed = route.query.get('failed') === 'yes'
  useEffect(() => {
    const timer = setInterval(() => {
      if (!document.hidden) setTurn((before) => before + 1)
    }, LOOK_MS)
    return () => clearInterval(timer)
  }, [])
  const runs = useAnswer(`runs ${String(failed)} ${turn}`, (options) =>
    api.runs.$get({ query: failed ? { failed: 'yes' } : {} }, options),
  )
  return (
    <>
      <Title text="Runs" />
      <Answer of={runs} what="what runs">
        {({ daemons, scim }) => (
          <>
            {daemons.length === 0 && !scim && (
              <Empty>
                No daemon is watched. Start one with <code>--explorer</code> beside <code>--interval</code>, service
                mode or <code>scim run</code>, or name its state:{' '}
                <code>explorer --state-dir FOLDER --scim-state FILE</code>.
              </Empty>
            )}
            {daemons.map((daemon) => (
              <DaemonPart key={daemon.tenant ?? ''} of={daemon} />
            ))}
            {scim && <ScimPart of={scim} failed={failed} />}
          </>
        )}
      </Answer>
    </>
  )
}

function DaemonPart({ of }: { readonly of: Daemon }) {
  const id = `daemon-${of.tenant ?? ''}`
  return (
    <section aria-labelledby={id}>
      <h2 id={id}>
        {of.mode === 'service' ? 'Service mode' : 'Schedule'}
        {of.tenant !== null && ` of ${of.tenant}`}
      </h2>
      <p>
        <span class={`badge ${of.running && of.ready ? '' : 'bad'}`}>
          {of.running ? (of.connection ?? 'runs') : 'does not run'}
        </span>{' '}
        {of.because ?? of.notReadyBecause ?? 'All is well.'}{' '}
        {of.nextAt !== null && of.running && <>Next look {distance(of.nextAt)}.</>}
        {of.undelivered > 0 && ` ${plural(of.undelivered, 'result')} not delivered yet.`}
      </p>
      {of.tasks.length === 0 && of.running && <p class="quiet">Nothing to do right now.</p>}
      {of.tasks.map((task) => (
        <div key={task.id} class="task">
          <b>{task.kind}</b> since {distance(task.since)}: {task.phase ?? 'starts'}
          <Bar label={`${task.kind}: ${task.phase ?? 'starts'}`} done={task.done} total={task.total} />
          {task.waitingUntil !== null && (
            <p class="notice">Twingate's rate limit holds requests back; it goes on {distance(task.waitingUntil)}.</p>
          )}
        </div>
      ))}
      {of.lastSync && (
        <p>
          Last sync: <Time at={of.lastSync.finishedAt} />, {number(of.lastSync.resources)} resources,{' '}
          {number(of.lastSync.grants)} grants, {(of.lastSync.durationMs / 1000).toFixed(1)} s,{' '}
          {bytes(of.lastSync.bytes)}.
        </p>
      )}
      {of.errors.length > 0 && (
        <p class="bar">
          <CsvLink question="runs" query={{ table: 'errors' }} of="errors" />
        </p>
      )}
      <Table
        caption={of.tenant === null ? 'Last errors' : `Last errors of ${of.tenant}`}
        rows={of.errors}
        empty="No errors since it started."
        columns={[
          { title: 'When', cell: ({ at }: Daemon['errors'][number]) => <Time at={at} /> },
          { title: 'Where', cell: ({ where }) => where },
          { title: 'What', cell: ({ message }) => message },
        ]}
      />
    </section>
  )
}

function Bar({ label, done, total }: { readonly label: string; readonly done: number; readonly total: number | null }) {
  return (
    <p>
      <progress aria-label={label} value={total === null ? undefined : done} max={total ?? undefined} /> {number(done)}
      {total !== null && ` of ${number(total)}`}
    </p>
  )
}

type Scim = NonNullable<Runs['scim']>

const WORDS: Readonly<Record<string, string>> = {
  NotRun: 'never ran',
  Active: 'active',
  Paused: 'paused',
  Quarantine: 'in quarantine',
}

function ScimPart({ of, failed }: { readonly of: Scim; readonly failed: boolean }) {
  if (of.missing !== null) return <Empty>SCIM: {of.missing}.</Empty>
  return (
    <section aria-labelledby="scim">
      <h2 id="scim">SCIM provisioning</h2>
      <p>
        <span class={`badge ${of.code === 'Quarantine' ? 'bad' : of.code === 'Paused' ? 'warn' : ''}`}>
          {WORDS[of.code ?? ''] ?? of.code}
        </span>{' '}
        {of.source} → {of.target}. {number(of.linked)} linked, {number(of.escrowed)} in escrow.
      </p>
      {of.progress && (
        <div class="task">
          <b>{of.progress.phase}</b>
          <Bar label={of.progress.phase} done={of.progress.done} total={of.progress.total} />
          {of.progress.leftMs !== null && (
            <p class="quiet">about {plural(Math.ceil(of.progress.leftMs / 1000), 'second')} left</p>
          )}
        </div>
      )}
      {of.quarantine && (
        <p class="notice bad">
          In quarantine: {of.quarantine.detail}. Tried again {distance(of.quarantine.nextAttempt)};{' '}
          <code>scim restart --reset quarantine</code> does not wait.
        </p>
      )}
      {of.pausedSince !== null && (
        <p class="notice">
          Paused since <Time at={of.pausedSince} />; <code>scim resume</code> goes on.
        </p>
      )}
      {of.staged > 0 && (
        <p class="notice">
          {plural(of.staged, 'disable or delete', 'disables and deletes')} wait for approval: look with{' '}
          <code>scim plan</code>, approve with <code>scim allow-deletes</code>. This page changes nothing.
        </p>
      )}
      <h3>Cycles</h3>
      <p class="bar">
        <CsvLink question="runs" query={{ table: 'cycles' }} of="cycles" />
      </p>
      <Table
        caption="Cycles"
        rows={of.cycles}
        empty="No cycle has run yet."
        columns={[
          { title: 'Cycle', cell: ({ id, kind }: Scim['cycles'][number]) => `${id}, ${kind}` },
          { title: 'State', cell: ({ state }) => state },
          { title: 'Began', cell: ({ began }) => <Time at={began} /> },
          { title: 'Ended', cell: ({ ended }) => (ended === null ? '' : <Time at={ended} />) },
          { title: 'Result', cell: ({ said, detail }) => detail ?? said ?? '' },
        ]}
      />
      <h3>Log by object</h3>
      <p class="bar">
        <a
          class="button"
          href={hrefWith({ failed: failed ? undefined : 'yes' })}
          aria-current={failed ? 'true' : undefined}
        >
          Failed only
        </a>
        <CsvLink question="runs" query={{ table: 'log' }} of="log" />
      </p>
      <Table
        caption="Log by object"
        rows={of.log}
        empty={failed ? 'Nothing failed.' : 'Nothing is logged yet.'}
        columns={[
          { title: 'When', cell: ({ at }: Scim['log'][number]) => <Time at={at} /> },
          { title: 'Who', cell: ({ name, kind }) => `${kind} ${name}` },
          { title: 'Action', cell: ({ action }) => action },
          {
            title: 'Status',
            cell: ({ status }) => (
              <span class={`badge ${status === 'failure' ? 'bad' : status === 'warning' ? 'warn' : ''}`}>{status}</span>
            ),
          },
          {
            title: 'Steps',
            cell: ({ steps, reason }) => (
              <details>
                <summary>{reason ?? plural(steps.length, 'step')}</summary>
                <ol>
                  {steps.map((step, i) => (
                    <li key={i}>
                      {step.name}: {step.status}. {step.description}
                    </li>
                  ))}
                </ol>
              </details>
            ),
          },
        ]}
      />
    </section>
  )
}
