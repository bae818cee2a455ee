import type { Connector } from '../contract/connector.ts'
import type { ListPage } from '../contract/syncer.ts'
import { ConnectorError, httpStatusOf, isErrorAnswer } from '../ground/errors.ts'
import type { Action } from './checkpoint.ts'
import { isTooHeavy } from './page-size.ts'

export type ListAction = Extract<Action, { kind: 'list' }>
type ListTogether = NonNullable<Connector['listTogether']>

/** What one request for pages of several listings brought, in their order; `apart` where each of them has to be asked for by itself. */
export type Got = readonly (ListPage | ConnectorError)[] | 'apart'

/** Reads pages of several listings at once, and learns how much of that the source takes. */
export interface Together {
  /** Whether this page may travel with pages of other listings. */
  mayJoin(action: Action): boolean
  /** Whether pages travel together at all by now. */
  isOn(): boolean
  /**
   * One attempt of one reading. `shareOf` is how much of each page to ask for, 1 or a half; the reading goes on from one attempt to the next.
   *
   * Errors: the connector's, where waiting may help. A refusal is asked again at once with half the rows; `refused` is told of it, and of what is
   * taken apart.
   */
  read(
    reading: Reading,
    ask: (share: number, list: ListTogether) => ReturnType<ListTogether>,
    refused: (error: ConnectorError) => void,
  ): Promise<Got>
}

/** What is remembered between the attempts of one reading. */
export interface Reading {
  readonly actions: readonly ListAction[]
  isHalved?: true
}

/** Limits in a row: pages that came only with half their rows, requests that had to be split, failed pages of one type. */
const MOST_IN_A_ROW = { halves: 2, splits: 2, ofType: 3 }

const HALF = 0.5

/** Refusals by status that say the same of any request: of the key, the network, the proxy. */
const OF_EVERY_REQUEST: ReadonlySet<number> = new Set([401, 404, 407])

const REFUSED: ReadonlySet<string> = new Set(['too large', 'malformed answer'])

/** Failures that a smaller or simpler request may avoid, in whatever words. A refusal may be of one listing alone and not say so. */
function isOfItsSize(error: ConnectorError): boolean {
  const status = httpStatusOf(error.reason) ?? 0
  const isRefused = status >= 400 && status < 500 && !OF_EVERY_REQUEST.has(status)
  return isTooHeavy(error) || isErrorAnswer(error.reason) || REFUSED.has(error.reason) || isRefused
}

/** Whether to wait before the request is sent again. */
const mayPass = (error: ConnectorError): boolean => isTooHeavy(error) || error.reason === 'malformed answer'

/**
 * What a run knows of pages that travel together. A request that fails is asked again with half the rows; one that fails then is taken apart. What came
 * with half the rows twice is asked for that way from then on, and after two splits in a row nothing travels together any more.
 *
 * Why: what such a request may cost is not published (decision 0014). Less than half of each page would be more requests than one listing a request.
 */
export function createTogether(list: ListTogether | undefined): Together {
  const alone = new WeakSet<Action>()
  const failures = new Map<string, number>()
  let halves = 0
  let splits = 0
  const isOn = (): boolean => list !== undefined && splits < MOST_IN_A_ROW.splits

  const split = (actions: readonly ListAction[]): Got => {
    splits++
    for (const action of actions) alone.add(action)
    return 'apart'
  }

  const came = (actions: readonly ListAction[], pages: readonly (ListPage | ConnectorError)[]): void => {
    splits = 0
    for (const [i, action] of actions.entries()) {
      const failed = ConnectorError.is(pages[i])
      if (failed) alone.add(action)
      failures.set(action.type, failed ? (failures.get(action.type) ?? 0) + 1 : 0)
    }
  }

  const read = async (
    reading: Reading,
    ask: (share: number, list: ListTogether) => ReturnType<ListTogether>,
    refused: (error: ConnectorError) => void,
  ): Promise<Got> => {
    const { actions } = reading
    if (!list) return split(actions)
    const share = reading.isHalved || halves >= MOST_IN_A_ROW.halves ? HALF : 1
    try {
      const pages = await ask(share, list)
      if (share === 1) halves = 0
      else if (reading.isHalved) halves++
      came(actions, pages)
      return pages
    } catch (caught) {
      const error = ConnectorError.from(caught, 'list together')
      if (!isOfItsSize(error)) throw error
      if (share === 1 && mayPass(error)) {
        reading.isHalved = true
        throw error
      }
      refused(error)
      if (share === HALF) return split(actions)
      reading.isHalved = true
      return read(reading, ask, refused)
    }
  }

  return {
    isOn,
    read,

    mayJoin: (action) =>
      isOn() && action.kind === 'list' && !alone.has(action) && (failures.get(action.type) ?? 0) < MOST_IN_A_ROW.ofType,
  }
}
