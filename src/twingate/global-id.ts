import { ConnectorError } from '../sdk/ground/errors.ts'
import { GRAPHQL_ERRORS } from './graphql-errors.ts'

/** The API's types whose ids are told apart here. */
export type IdKind =
  | 'User'
  | 'Group'
  | 'Resource'
  | 'RemoteNetwork'
  | 'Connector'
  | 'Gateway'
  | 'ServiceAccount'
  | 'ServiceAccountKey'
  | 'SecurityPolicy'
  | 'Device'
  | 'AccessRequest'

/** `RemoteNetwork` reads `remote network`. */
const aOrAn = (word: string): string => `${/^[aeio]/.test(word) ? 'an' : 'a'} ${word}`

const inWords = (kind: IdKind): string => kind.replaceAll(/(?<=[a-z])(?=[A-Z])/g, ' ').toLowerCase()

/**
 * Whether a text can be the id of such an object: ids are base64 of `Type:…`. Source: twingate-api.md §5.
 *
 * Why: the API fails a whole request for one id that it cannot read, and may find something else under another type's.
 */
export function isIdOf(kind: IdKind, text: string): boolean {
  const decoded = Buffer.from(text, 'base64')
  return decoded.toString('base64') === text && decoded.toString('latin1').startsWith(`${kind}:`)
}

/** An id of the kind; what it names may exist or not, and the API can always say so. */
export const probeIdOf = (kind: IdKind): string => Buffer.from(`${kind}:1`).toString('base64')

/** Whether an id is of the only form that was ever seen, `Type:number`. Another may come, and then the API finds something under it. */
const isKnownForm = (text: string): boolean => /^\w+:(0|[1-9]\d*)$/.test(Buffer.from(text, 'base64').toString('latin1'))

/** What to tell about a text that `isIdOf` refuses. */
export const notAnId = (kind: IdKind, text: string): string =>
  `${JSON.stringify(text)} is not the id of ${aOrAn(inWords(kind))}; take it from ${kind === 'AccessRequest' ? 'access-request list' : 'a sync'}`

/** The error for it: `not-found`. */
export const notAnIdError = (kind: IdKind, text: string, why?: string): ConnectorError =>
  new ConnectorError(
    'not-found',
    `find ${inWords(kind)}`,
    why === undefined ? notAnId(kind, text) : `${notAnId(kind, text)} (${why})`,
    undefined,
    GRAPHQL_ERRORS,
  )

/**
 * Compares the API's answer with the id that was asked for. Gives the object, `undefined` if it does not exist, or why the id is not valid.
 *
 * Why: a slip of the hand in an id must not pass for an object that is gone, nor for another one.
 */
export function heldAgainst<T extends { readonly id: string }>(
  kind: IdKind,
  id: string,
  answer: T | null | ConnectorError | undefined,
): T | undefined | ConnectorError {
  if (ConnectorError.is(answer)) return answer.code === 'not-found' ? notAnIdError(kind, id, answer.detail) : answer
  if (!answer) return isKnownForm(id) ? undefined : notAnIdError(kind, id)
  return answer.id === id ? answer : notAnIdError(kind, id, `Twingate gives ${answer.id} for it`)
}
