import { useEffect } from 'preact/hooks'
import type { Session } from '../server/answers.ts'
import { api, useAnswer } from './api.ts'
import { type Route, useRoute } from './router.ts'
import { Shell } from './shell.tsx'
import { Answer, Empty } from './ui/states.tsx'
import { NoFile } from './views/no-file.tsx'
import { ObjectView } from './views/object.tsx'
import { OverviewView } from './views/overview.tsx'
import { ThingsView } from './views/things.tsx'
import { WhoCanView } from './views/who-can.tsx'

export function App() {
  const route = useRoute()
  const session = useAnswer('session', (options) => api.session.$get({ query: {} }, options))
  const path = route.parts.join('/')
  useEffect(() => {
    // A new view is told to screen readers, and the keyboard goes on from its title.
    document.querySelector<HTMLElement>('main h1')?.focus({ preventScroll: true })
  }, [path])
  return (
    <Shell route={route} session={session.answer}>
      <Answer of={session} what="what there is">
        {(answer) => <View route={route} session={answer} />}
      </Answer>
    </Shell>
  )
}

function View({ route, session }: { readonly route: Route; readonly session: Session }) {
  const [name = '', ...rest] = route.parts
  if (session.files.length === 0) return <NoFile session={session} />
  switch (name) {
    case '':
      return <OverviewView route={route} />
    case 'list':
      return <ThingsView route={route} what={rest[0] ?? 'people'} />
    case 'object':
      return <ObjectView route={route} objectKey={rest[0] ?? ''} />
    case 'who-can':
      return <WhoCanView route={route} />
    default:
      return (
        <>
          <h1 tabIndex={-1}>No such page</h1>
          <Empty>
            There is nothing at this address. <a href="/">Go to the overview</a>, or press <kbd>/</kbd> to search.
          </Empty>
        </>
      )
  }
}
