/** Child process of the resume tests: collects rows into the file given, says `ready`, and waits to be killed without letting go. */
import { SMALL, storeAt, userId, user } from './rows.ts'

const writer = await storeAt(process.argv[2] ?? '').begin('full', () => true)
writer.write(SMALL, 'page 2')
writer.write({ resources: [user('cid')], removals: [{ kind: 'resource', resource: userId('bob') }] }, 'page 3')
process.stdout.write(`ready ${writer.syncId}\n`)
setInterval(() => {}, 1000)
