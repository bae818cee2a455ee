import type { Ending, ScriptOutcome } from './service-script.ts'

export interface RecordedOutcome extends Pick<ScriptOutcome, 'exit'> {
  readonly passes: boolean | 'sometimes'
  /** One per task; where it is not always the same, all that were seen. */
  readonly endings: readonly (Ending | readonly Ending[])[]
  /** Whether it leaves temporary files. */
  readonly leavesFiles?: true
}

const passes = (...endings: RecordedOutcome['endings']): RecordedOutcome => ({ passes: true, endings })
const fails = (of: Omit<RecordedOutcome, 'passes'>): RecordedOutcome => ({ passes: false, ...of })

/**
 * What the official daemon does in each script, as seen. Where it passes, ours must; where it fails, ours does better on purpose. It keeps all
 * rules of the service.
 */
export const goDaemonRecord: Readonly<Record<string, RecordedOutcome>> = {
  'the first hello is tried again after a service that is unavailable': passes('success'),
  'the first hello is tried again after a service that is exhausted': passes('success'),
  'the first hello is tried again after a connection that is cut': passes('success'),
  'the first hello is tried again after a lost answer': passes('success'),
  'the first hello is tried again after a page of a gateway': passes('success'),
  'the first hello is tried again after a page that says not found': fails({ endings: ['unfinished'], exit: 12 }),
  'the first hello is tried again after an answer that does not decode': passes('success'),
  'the first token is asked for again after {"status":500}': fails({ endings: ['unfinished'], exit: 16 }),
  'the first token is asked for again after {"status":429}': fails({ endings: ['unfinished'], exit: 16 }),
  'the first token is asked for again after {"drop":true}': passes('success'),
  'wrong credentials end the daemon': { passes: true, endings: [], exit: 16 },
  'an untrusted certificate ends the daemon': { passes: true, endings: [], exit: 4 },
  'polling goes on after errors': passes('success'),
  'polling goes on after answers that do not decode': passes('success'),
  'polling goes on after pages of a network that wants a login': passes('success'),
  'a poll that is never answered does not end polling': fails({ endings: ['unfinished'] }),
  'a task whose hand-out was lost is done when it comes again': passes('success'),
  'three changes run at once': passes('success', 'success', 'success'),
  'a token revoked while nothing happens is replaced': passes('success'),
  'a FinishTask that is refused as unavailable is sent again': fails({ endings: ['unfinished'] }),
  'a FinishTask that is refused as too much is sent again': fails({ endings: ['unfinished'] }),
  'a FinishTask that loses its connection is sent again': fails({ endings: ['unfinished'] }),
  'a FinishTask that loses its answer is sent again': fails({ endings: ['unfinished'] }),
  'a FinishTask that gets an answer that does not decode is sent again': fails({ endings: ['unfinished'] }),
  'a FinishTask that is never answered is sent again': fails({ endings: ['unfinished'] }),
  'a token revoked before FinishTask is replaced and the call repeated': fails({ endings: ['unfinished'] }),
  'a hello task whose Hello fails ends with an error': fails({ endings: ['unfinished'] }),
  'events of no feed end with an error': fails({ endings: ['unfinished'] }),
  'a task of a kind to come ends as unsupported': passes('retryable 2'),
  'tasks with missing fields are refused for good': passes('failed 2', 'failed 2', 'failed 2', 'failed 2'),
  'changes are refused where provisioning is off': passes('failed 9', 'failed 9', 'failed 9', 'failed 9'),
  'changes are made': passes('success', 'success', 'success', 'success'),
  'a change that cannot be made ends with its reason': passes('failed 5'),
  'a sync is uploaded and ends': passes('success'),
  'two syncs and a change do not disturb each other': passes('success', 'success', 'success'),
  'a sync of a type that is not there fails': passes('retryable 2'),
  'an upload that is refused is sent again': passes('success'),
  'an upload that loses its connection half-way is sent again': passes('success'),
  'an upload that loses its answer is sent again': passes('success'),
  'an upload that fails twice is sent again': passes('success'),
  // The service's refusal is seen, or only that the stream has ended.
  'an upload that keeps failing is reported and leaves no file': {
    passes: 'sometimes',
    endings: [['retryable 14', 'retryable 2']],
  },
  'a token revoked during an upload is replaced and the upload repeated': fails({ endings: ['unfinished'] }),
  'a sync whose first heartbeat fails ends all the same': fails({ endings: ['unfinished'], leavesFiles: true }),
  'a sync outlives heartbeats that fail': passes('success'),
  'a sync outlives a restart of the service': passes('success'),
  // The stop usually interrupts a call of the connector, and sometimes falls between two.
  'a cancelled sync stops and is reported': { passes: 'sometimes', endings: [['retryable 1', 'retryable 2']] },
  'a sync that was cancelled before its start is reported': fails({ endings: ['unfinished'], leavesFiles: true }),
  'a daemon killed during an upload does the sync when it is started again': fails({
    endings: ['success'],
    leavesFiles: true,
  }),
  'SIGTERM while nothing happens ends the daemon in peace': fails({ endings: [], exit: 'SIGTERM' }),
  'SIGTERM during a change lets it end': fails({ endings: ['unfinished'], exit: 'SIGTERM' }),
  'SIGTERM during a sync stops and reports it': fails({ endings: ['unfinished'], exit: 'SIGTERM', leavesFiles: true }),
}
