/** A row of the table in docs/service-mode.md. */
export interface DaemonDifference {
  readonly situation: string
  readonly go: string
  readonly here: string
  /** Names of the scripts that show it. Without any, it is no behaviour that a script of tasks can show. */
  readonly scripts: readonly string[]
}

const finishes = [
  'is refused as unavailable',
  'is refused as too much',
  'loses its connection',
  'loses its answer',
  'gets an answer that does not decode',
  'is never answered',
].map((what) => `a FinishTask that ${what} is sent again`)

/** Where the official daemon and ours differ. Each script in which the official one fails is named once. */
export const daemonDifferences: readonly DaemonDifference[] = [
  {
    situation: 'the acknowledgement of a result is refused, lost or late',
    go: 'the task stays open',
    here: 'sent again, also after a restart',
    scripts: finishes,
  },
  {
    situation: 'a token is revoked while a result or an upload is sent',
    go: 'the task stays open',
    here: 'a fresh token, and the call again',
    scripts: [
      'a token revoked before FinishTask is replaced and the call repeated',
      'a token revoked during an upload is replaced and the upload repeated',
    ],
  },
  {
    situation: 'the first heartbeat fails, or says cancelled',
    go: 'the task stays open, its file stays on the disk',
    here: 'tried again; a cancelled task is reported; no file stays',
    scripts: [
      'a sync whose first heartbeat fails ends all the same',
      'a sync that was cancelled before its start is reported',
    ],
  },
  {
    situation: 'a `hello` task that fails, events of a feed that there is not',
    go: 'the task stays open',
    here: 'ends with an error',
    scripts: ['a hello task whose Hello fails ends with an error', 'events of no feed end with an error'],
  },
  {
    situation: 'a poll is never answered',
    go: 'no further poll',
    here: 'given up after a minute, and the next',
    scripts: ['a poll that is never answered does not end polling'],
  },
  {
    situation: 'the token endpoint answers 429 or 500 at the start',
    go: 'exit 16',
    here: 'tried again',
    scripts: [
      'the first token is asked for again after {"status":500}',
      'the first token is asked for again after {"status":429}',
    ],
  },
  {
    situation: 'a page that says "not found" in place of the service',
    go: 'exit 12',
    here: 'tried again',
    scripts: ['the first hello is tried again after a page that says not found'],
  },
  {
    situation: 'an untrusted certificate',
    go: 'exit 4 after 30 s, "context deadline exceeded"',
    here: 'exit 9 at once, with the cause',
    scripts: ['an untrusted certificate ends the daemon'],
  },
  {
    situation: 'SIGTERM',
    go: 'dies; tasks stay open, files stay',
    here: 'an orderly end, exit 0',
    scripts: [
      'SIGTERM while nothing happens ends the daemon in peace',
      'SIGTERM during a change lets it end',
      'SIGTERM during a sync stops and reports it',
    ],
  },
  {
    situation: 'killed during an upload',
    go: 'a file stays',
    here: 'removed at the next start',
    scripts: ['a daemon killed during an upload does the sync when it is started again'],
  },
  {
    situation: 'a cancelled sync, an upload that keeps failing',
    go: 'as a rule with its code, at times as Unknown (2)',
    here: 'Canceled (1), Unavailable (14)',
    scripts: ['a cancelled sync stops and is reported', 'an upload that keeps failing is reported and leaves no file'],
  },
  {
    situation: 'the health server',
    go: 'opens after the first hello',
    here: 'before it, so that an outage of the platform fails no `/live`',
    scripts: [],
  },
  {
    situation: '`/ready`',
    go: 'true as soon as it answers',
    here: 'false until connected, and after five minutes of failed polls',
    scripts: [],
  },
  { situation: 'actions without `--provisioning`', go: 'carried out', here: 'refused', scripts: [] },
  {
    situation: 'flags of one-shot runs together with `--client-id`',
    go: 'ignored',
    here: 'refused',
    scripts: [],
  },
  { situation: 'secrets', go: 'values, read once', here: 'files as well, read again when refused', scripts: [] },
  { situation: 'processes', go: 'two', here: 'one', scripts: [] },
]
