import type { Session } from '../../server/answers.ts'
import { Empty } from '../ui/states.tsx'
import { Title } from '../ui/title.tsx'

export function NoFile({ session }: { readonly session: Session }) {
  return (
    <>
      <Title text="No snapshot yet" />
      <Empty>
        There is no file to show{session.noFile === undefined ? '' : `: ${session.noFile}`}. A sync writes one:{' '}
        <code>baton-twingate --domain NAME --api-key-file FILE</code>. Then load this page again.
      </Empty>
    </>
  )
}
