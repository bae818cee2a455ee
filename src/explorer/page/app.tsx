import type { Overview, Session } from '../server/answers.ts'
import { api, type Asked, useAnswer } from './api.ts'
import { type Route, useRoute, whereOf } from './router.ts'
import { Shell } from './shell.tsx'
import { Empty } from './ui/states.tsx'
import { Title } from './ui/title.tsx'
import { ChangesView } from './views/changes.tsx'
import { FindingsView } from './views/findings.tsx'
import { NoFile } from './views/no-file.tsx'
import { ObjectView } from './views/object.tsx'
import { OverviewView } from './views/overview.tsx'
import { ReviewView } from './views/review.tsx'
import { RunsView } from './views/runs.tsx'
import { ThingsView } from './views/things.tsx'
import { WhoCanView } from './views/who-can.tsx'

/** `session` is what the server says of itself, see `/api/session`. */
export function App({ session }: { readonly session: Session }) {
  const route = useRoute()
  const where = whereOf(route.query)
  const overview = useAnswer(session.files.length > 0 ? `overview ${JSON.stringify(where)}` : null, (options) =>
    api.overview.$get({ query: where }, options),
  )
  return (
    <Shell route={route} session={session} overview={overview.answer}>
      <View route={route} session={session} overview={overview} />
    </Shell>
  )
}

interface ViewProps {
  readonly route: Route
  readonly session: Session
  readonly overview: Asked<Overview>
}

function View({ route, session, overview }: ViewProps) {
  const [name = '', ...rest] = route.parts
  if (name === 'runs') return <RunsView route={route} />
  if (session.files.length === 0) return <NoFile session={session} />
  switch (name) {
    case '':
      return <OverviewView route={route} overview={overview} />
    case 'list':
      return <ThingsView route={route} what={rest[0] ?? 'people'} />
    case 'object':
      return <ObjectView route={route} objectKey={rest[0] ?? ''} />
    case 'changes':
      return <ChangesView route={route} />
    case 'findings':
      return <FindingsView route={route} />
    case 'review':
      return <ReviewView route={route} session={session} />
    case 'who-can':
      return <WhoCanView route={route} />
    default:
      return (
        <>
          <Title text="No such page" />
          <Empty>
            There is nothing at this address. <a href="/">Go to the overview</a>, or press <kbd>/</kbd> to search.
          </Empty>
        </>
      )
  }
}
