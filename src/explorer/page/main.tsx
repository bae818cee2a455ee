import { render } from 'preact'
import type { Session } from '../server/answers.ts'
import { App } from './app.tsx'

const root = document.getElementById('app')
const session = root?.dataset['session']
if (root && session !== undefined) render(<App session={JSON.parse(session) as Session} />, root)
