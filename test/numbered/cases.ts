/** A fault that real use met at `b746532`, and what shows that it is mended. */
export interface NumberedCase {
  readonly number: number
  /** What the program does now, in one line. */
  readonly promise: string
  /** Files below test/ with the beginning of the names of the tests in it, which start the real program; all must fail before the fault was mended. */
  readonly tests?: readonly (readonly [file: string, name: string])[]
  /** What shows it where no run of the program can. */
  readonly otherwise?: string
}

const own = (file: string, number: number) => [`numbered/${file}.test.ts`, `${number}: `] as const
const e2e = (file: string, name: string) => [`e2e/${file}.test.ts`, name] as const

/** In the order of the report. Where a test of test/e2e judges the program from outside already, it is that test. */
export const numberedCases: readonly NumberedCase[] = [
  { number: 1, promise: 'readers show the sync that ended last', tests: [own('untrue-answers', 1)] },
  {
    number: 2,
    promise: 'an empty listing is no finished sync, a shrunken one is told or refused',
    tests: [e2e('loss', 'a loss is never told as a finished sync')],
  },
  { number: 3, promise: 'a revoke does not rest on a filter of the server', tests: [own('untrue-answers', 3)] },
  { number: 4, promise: 'an id that cannot be read is not "gone already"', tests: [own('untrue-answers', 4)] },
  { number: 5, promise: 'one command makes one group', tests: [own('untrue-answers', 5)] },
  {
    number: 6,
    promise: 'output that cannot be written is exit code 2',
    tests: [e2e('output-lost', 'output that cannot be written ends')],
  },
  {
    number: 7,
    promise: 'a key that begins with a dash is a key, and no refused word is echoed',
    tests: [
      own('untrue-answers', 7),
      e2e('key-words', 'a key that begins with a dash is the value'),
      e2e('key-words', 'a key in the wrong place is refused'),
    ],
  },
  { number: 8, promise: 'an answer is held against what was asked', tests: [own('untrue-answers', 8)] },
  {
    number: 9,
    promise: 'an id that is refused in other words is exit code 5',
    tests: [own('untrue-answers', 9), e2e('provisioning-bulk', 'apply --from names the line of an id')],
  },
  {
    number: 10,
    promise: 'a file with the flag of a write-ahead log is synced onto',
    tests: [own('needless-stops', 10)],
  },
  { number: 11, promise: 'temporary files do not need a large TMPDIR', tests: [own('needless-stops', 11)] },
  { number: 12, promise: 'a damaged working file is named and put aside', tests: [own('needless-stops', 12)] },
  { number: 13, promise: 'a field that the API dropped stops nothing', tests: [own('needless-stops', 13)] },
  {
    number: 14,
    promise: 'each address of a host has seconds',
    tests: [e2e('slow-connection', 'a host with two addresses')],
  },
  { number: 15, promise: 'good answers of other forms are taken', tests: [own('needless-stops', 15)] },
  { number: 16, promise: '429 within other words is no rate limit', tests: [own('needless-stops', 16)] },
  {
    number: 17,
    promise: 'limits, unprintable values and other words for them stop no sync',
    tests: [own('needless-stops', 17)],
  },
  { number: 18, promise: 'pages without end are given up', tests: [own('needless-stops', 18)] },
  { number: 19, promise: 'every form of Retry-After is waited out', tests: [own('needless-stops', 19)] },
  {
    number: 20,
    promise: 'certificates of the machine and of SSL_CERT_DIR count',
    tests: [e2e('tls', 'over TLS syncs where SSL_CERT_DIR'), e2e('tls', 'over TLS syncs where the machine trusts')],
  },
  {
    number: 21,
    promise: 'a file that is no plain file is refused or read, and holds nothing up',
    tests: [
      e2e('special-files', 'a snapshot that is no plain file is refused'),
      e2e('special-files', 'a key file that is no plain file'),
      e2e('special-files', 'a log that is no plain file is refused'),
      e2e('special-files', 'a state directory with what is no plain file'),
    ],
  },
  {
    number: 22,
    promise: 'a reader of stderr that stands still keeps no daemon from ending',
    tests: [e2e('special-files', 'a standard error whose reader stands still')],
  },
  {
    number: 23,
    promise: 'a log that is moved away is followed by a new one; nohup holds',
    tests: [e2e('hangup', 'a log that is moved away'), e2e('hangup', 'a terminal that is closed does not end')],
  },
  { number: 24, promise: 'counters exist from the start', tests: [own('needless-stops', 24)] },
  { number: 25, promise: 'a refusal without words is told as one', tests: [own('needless-stops', 25)] },
  { number: 26, promise: 'files with people in them are for their owner', tests: [own('privacy', 26)] },
  {
    number: 27,
    promise: 'addresses of near matches reach no log',
    tests: [e2e('provisioning', 'refusals near names and candidates')],
  },
  { number: 28, promise: 'one file holds one network', tests: [own('privacy', 28)] },
  {
    number: 29,
    promise: 'what destroys is asked for; totals, columns and colours',
    tests: [e2e('confirm', 'at a terminal ')],
  },
  {
    number: 30,
    promise: 'nobody else is suggested to lose something',
    tests: [e2e('provisioning', 'refusals revoke Engineering kofii')],
  },
  { number: 31, promise: 'help has commands first and fits a screen', tests: [own('first-hour', 31)] },
  { number: 32, promise: 'a mistyped command is one line', tests: [e2e('commands', 'the other commands grnat')] },
  {
    number: 33,
    promise: 'people from a spreadsheet; apply FILE',
    tests: [e2e('provisioning-bulk', 'grant and revoke --from'), e2e('provisioning-bulk', 'apply FILE')],
  },
  {
    number: 34,
    promise: 'status finds daemons; counts in the log; a bar and a countdown',
    tests: [own('first-hour', 34), e2e('status-search', 'status without a word')],
  },
  {
    number: 35,
    promise: '--output json is JSON for refusals',
    tests: [e2e('json-failures', '--output json, where a run fails')],
  },
  { number: 36, promise: 'a port that is taken is one sentence', tests: [e2e('tenant-command', 'npm run tenant')] },
  { number: 37, promise: 'the demo ignores the environment', tests: [e2e('demo', 'npm run demo')] },
  { number: 38, promise: 'completion knows names, and npx', tests: [e2e('completion', 'completion in ')] },
  {
    number: 39,
    promise: 'who an id is',
    otherwise: 'README: `list users` and `list groups` answer; a document, no run',
  },
  {
    number: 40,
    promise: 'what is written by hand was weighed',
    otherwise: 'docs/decisions/0002-runtime-dependencies.md',
  },
  {
    number: 41,
    promise: 'a record of a peer is checked where it is recorded',
    otherwise: '`npm run test:records` has it; `npx vitest list` names no such test',
  },
]
