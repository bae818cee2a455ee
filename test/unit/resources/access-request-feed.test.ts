import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { pageAfter } from '../../../src/resources/access-request-feed.ts'
import type { AccessRequest } from '../../../src/resources/access-request-node.ts'
import { cursorOf, OVERLAP_MS, placeOf } from '../../../src/resources/access-request-place.ts'
import { MOST_CURSOR_BYTES } from '../../../src/sdk/contract/event-feed.ts'

const START = Date.parse('2026-01-01T00:00:00Z')
const now = new Date('2026-06-01T00:00:00Z')
const idOf = (number: number): string => btoa(`AccessRequest:${number}`)

/** Request `number`, made so many minutes after the start. */
const requestOf = (number: number, minutes: number, status = 'PENDING'): AccessRequest => ({
  ...{ id: idOf(number), status, reason: null },
  requestedAt: new Date(START + minutes * 60_000).toISOString(),
  ...{ user: { id: 'u', email: 'ada@acme.example' }, resource: { id: 'r', name: 'Wiki' } },
})

const isOdd = ({ id }: AccessRequest): boolean => Number(atob(id).split(':')[1]) % 2 === 1
const eventIds = (request: AccessRequest): readonly string[] =>
  ['requested', ...(request.status === 'PENDING' ? [] : [request.status.toLowerCase()])].map(
    (what) => `access-request:${request.id}:${what}`,
  )

/** Reads to the end of what there is, and gives the events with the cursor to go on with. */
function readAll(requests: readonly AccessRequest[], cursor = '', options: { size?: number; startAt?: Date } = {}) {
  const ids: string[] = []
  for (let at = cursor; ;) {
    const page = pageAfter(placeOf(at), requests, { size: options.size ?? 100, ...options }, now)
    expect(page.events.length).toBeLessThanOrEqual(options.size ?? 100)
    expect(page.cursor.length).toBeLessThanOrEqual(MOST_CURSOR_BYTES)
    if (page.hasMore) expect(page.events.length).toBeGreaterThan(0)
    ids.push(...page.events.map(({ id }) => id))
    at = page.cursor
    if (!page.hasMore) return { ids, cursor: at }
  }
}

describe('the feed of requests for access', () => {
  it('tells each request and each decision once, however it is read and whatever comes late', () => {
    /** What happens between two reads: requests that are made, some of them seen later than younger ones, and decisions. */
    const turn = fc.record({
      made: fc.array(fc.record({ late: fc.integer({ min: 0, max: 9 }), decided: fc.boolean() }), { maxLength: 6 }),
      decides: fc.array(fc.nat(), { maxLength: 4 }),
      gone: fc.boolean(),
      size: fc.integer({ min: 1, max: 5 }),
    })
    fc.assert(
      fc.property(fc.array(turn, { minLength: 1, maxLength: 12 }), (turns) => {
        const requests: AccessRequest[] = []
        const ids: string[] = []
        const expected = new Set<string>()
        let [cursor, minutes] = ['', 0]
        for (const { made, decides, gone, size } of turns) {
          minutes += 3
          for (const { late, decided } of made)
            requests.push(
              requestOf(1000 + expected.size + requests.length, minutes - late, decided ? 'REJECTED' : 'PENDING'),
            )
          const pending = requests.flatMap(({ status }, i) => (status === 'PENDING' ? [i] : []))
          for (const choice of decides) {
            const i = pending[choice % (pending.length || 1)]
            const request = i === undefined ? undefined : requests[i]
            if (request && i !== undefined)
              requests[i] = { ...request, status: isOdd(request) ? 'APPROVED' : 'REJECTED' }
          }
          for (const request of requests) for (const id of eventIds(request)) expected.add(id)
          const read = readAll(requests, cursor, { size })
          ids.push(...read.ids)
          ;({ cursor } = read)
          // Twingate lists a request no more when its resource is removed; what was told of it stays told.
          if (gone) requests.shift()
        }
        expect(ids.toSorted()).toEqual([...expected].toSorted())
      }),
    )
  })

  it('gives the same events again for the same cursor', () => {
    const requests = [requestOf(1, 0), requestOf(2, 1, 'APPROVED')]
    const first = readAll(requests)
    expect(readAll(requests)).toEqual(first)
    expect(readAll(requests, first.cursor).ids).toEqual([])
  })

  it('begins at the start that is given, and tells decisions on what was asked before it', () => {
    const requests = [requestOf(1, 0), requestOf(2, 1, 'APPROVED'), requestOf(3, 60)]
    const startAt = new Date(START + 30 * 60_000)
    const { ids, cursor } = readAll(requests, '', { startAt, size: 1 })
    expect(ids).toEqual([`access-request:${idOf(2)}:approved`, `access-request:${idOf(3)}:requested`])
    const decided = [requestOf(1, 0, 'REJECTED'), ...requests.slice(1)]
    expect(readAll(decided, cursor).ids).toEqual([`access-request:${idOf(1)}:rejected`])
  })

  it('says when a request was made, and when its decision was seen', () => {
    const { events } = pageAfter(placeOf(''), [requestOf(1, 5, 'APPROVED')], { size: 9 }, now)
    expect(events.map(({ occurredAt }) => occurredAt)).toEqual([new Date(START + 300_000), now])
    expect(events[0]).toMatchObject({
      changed: { type: 'network-resource', id: 'r' },
      about: [
        {
          id: { type: 'access-request', id: idOf(1) },
          profile: { status: 'APPROVED', user_email: 'ada@acme.example' },
        },
        { id: { type: 'user', id: 'u' } },
      ],
    })
  })

  it('shows a request that came to be listed too late for the overlap as nothing', () => {
    const { cursor } = readAll([requestOf(2, 60)])
    const late = requestOf(1, 60 - OVERLAP_MS / 60_000 - 1)
    expect(readAll([late, requestOf(2, 60)], cursor).ids).toEqual([])
  })

  it('holds hundreds of requests that wait, and refuses to lose one of too many', () => {
    const waiting = (count: number) => Array.from({ length: count }, (_, i) => requestOf(1_000_000 + i * 37, i * 20))
    expect(readAll(waiting(700)).ids).toHaveLength(700)
    expect(() => readAll(waiting(20_000))).toThrow(/requests for access wait for a decision/)
  })

  it.each(['x', 'e30', Buffer.from('{}').toString('base64url'), '=='])('refuses the cursor %j', (cursor) => {
    expect(() => placeOf(cursor)).toThrow(/the cursor is none of this feed/)
  })

  it('keeps ids of any form in a cursor', () => {
    const open = new Set([idOf(7), 'other form', btoa('AccessRequest:uuid-1')])
    const place = { at: 1, from: undefined, open, told: new Set<string>() }
    expect(placeOf(cursorOf(place))).toEqual(place)
  })
})
