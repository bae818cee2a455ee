import type { Session } from '../../server/answers.ts'
import { Empty } from '../ui/states.tsx'

export function NoFile({ session }: { readonly session: Session }) {
  return (
    <>
      <h1 tabIndex={-1}>No snapshot yet</h1>
      <Empty>
        There is no file to show{session.noFile === undefined ? '' : `: ${session.noFile}`}. A sync writes one:{' '}
        <code>baton-twingate --domain NAME --api-key-file FILE</code>. Then load this page again.
      </Empty>
    </>
  )
}
