import { expect, test } from 'vitest'
import { READ_KEY } from './api-keys.ts'
import { bugInAnswer } from './bug-in-answer.ts'
import { startTenant } from './start-tenant.ts'

/** What is said of the answers to some documents, one after the other. */
async function saidOf(...documents: readonly string[]): Promise<readonly (string | undefined)[]> {
  const said: (string | undefined)[] = []
  const server = await startTenant({ onAnswer: (record, body) => void said.push(bugInAnswer(record, body)) })
  for (const query of documents)
    await fetch(server.url, {
      method: 'POST',
      headers: { 'x-api-key': READ_KEY, 'content-type': 'application/json' },
      body: JSON.stringify({ query }),
    })
  await server.close()
  return said
}

test('an answer that stays as it is is a bug where it is an error, or is asked for again', async () => {
  const good = 'query Users { users(first: 1) { totalCount } }'
  expect(await saidOf(good, 'query Rooms { rooms { id } }', good)).toEqual([
    undefined,
    expect.stringMatching(/^The tenant cannot answer Rooms: Cannot query field "rooms"/),
    expect.stringMatching(/^Users was answered and is asked for again/),
  ])
})
