import { ConnectorError, exitCodeOf, isRetryable } from '../../ground/errors.ts'
import { isOfTheWay } from '../../http/network-error.ts'
import type { TaskKind, TaskResult, TypedMessage } from '../baton-service.ts'
import { message } from '../../wire/messages/message-of.ts'

export type TaskFailure = Extract<TaskResult, { kind: 'failure' }>

/** gRPC's number for errors that no code fits. Source: the gRPC status code table. */
export const UNKNOWN = 2

/** Longest sentence. It may quote the task, and a result that is larger than the service takes would never be delivered. */
const MOST_CHARS = 2000

/** The sentence that the service, the log and `status` are told. */
export const sentenceOf = ({ detail }: ConnectorError): string =>
  detail.length <= MOST_CHARS ? detail : `${detail.slice(0, MOST_CHARS).toWellFormed()}…`

/** Failures that may be gone when the same task comes again. */
export const mayPass = (error: ConnectorError): boolean =>
  error.code === 'canceled' || isRetryable(error.code) || isOfTheWay(error)

/** Tells throttling from an outage. When it is over is not known: the source has been waited for as long as it asked. */
const rateLimitOf = ({ reason }: ConnectorError): readonly TypedMessage[] =>
  reason === 'rate limit' ? [message('RateLimitDescription', { status: 'STATUS_OVERLIMIT' })] : []

/** The end of a task that failed: the code as it is, the sentence for people, nothing else of the error. */
export const failureOf = (
  error: ConnectorError,
  retryable: boolean = mayPass(error),
  details: readonly TypedMessage[] = rateLimitOf(error),
): TaskFailure => ({
  kind: 'failure',
  code: exitCodeOf(error.code),
  message: sentenceOf(error),
  retryable,
  ...(details.length > 0 && { details }),
})

/**
 * The end of a task on a credential that failed, which is never handed out again: the credential may be there.
 *
 * Errors: what was stopped. Source: baton-sdk `pkg/tasks/c1api/issue_credential.go`, `rotate_credentials.go`.
 */
export function credentialFailure(caught: unknown, operation: string): TaskFailure {
  const error = ConnectorError.from(caught, operation)
  if (error.code === 'canceled') throw error
  return failureOf(error, false)
}

/** A task that lacks what it is about. Source: baton-sdk `pkg/tasks/c1api`, as are the texts. */
export const malformed = (text: string): TaskFailure => ({
  kind: 'failure',
  code: UNKNOWN,
  message: text,
  retryable: false,
})

/**
 * Whether the service should hand a failed task out again.
 *
 * Why syncs differ: a failed sync changed nothing, and people can fix what stood in the way, such as a key or a tenant in motion. Only a type
 * that does not exist stays missing.
 */
export const isWorthRepeating = (kind: TaskKind, error: ConnectorError): boolean =>
  mayPass(error) || (kind === 'sync-full' && error.code !== 'invalid-argument')

/** Why a running task is stopped before its end. The code is what the service is told; all of them are worth another try. */
export const canceledByService = (): ConnectorError =>
  new ConnectorError('canceled', 'heartbeat', 'the task was canceled by the service')

export const shuttingDown = (): ConnectorError =>
  new ConnectorError('unavailable', 'shut down', 'the connector is shutting down')

export const lostTask = (detail: string, cause: unknown): ConnectorError =>
  new ConnectorError('canceled', 'heartbeat', detail, cause)
