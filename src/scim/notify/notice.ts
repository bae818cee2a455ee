/** What people are notified of, once for each reason. */
export interface Notice {
  readonly reason: string
  /** One sentence: what happened and what to do. */
  readonly detail: string
  readonly source: string
  readonly target: string
  readonly at: Date
}

/** What to do about each reason, as the end of a notification. */
const NEXT: Readonly<Record<string, string>> = {
  TooManyDeletes: 'Look at the plan with scim plan; then let them pass with scim allow-deletes, or repair the source.',
  EncounteredQuarantineException: 'Mend it, then start again with scim restart --reset quarantine.',
  IngestionInterrupted: 'Repair the source; the next cycle goes on by itself.',
}

const OTHERWISE = 'scim log --failed names the objects.'

export const adviceFor = (reason: string): string => NEXT[reason] ?? OTHERWISE

export const subjectOf = ({ target }: Notice): string => `SCIM provisioning into ${target} is in quarantine`

export const textOf = (notice: Notice): string =>
  [
    `${notice.detail}.`,
    adviceFor(notice.reason),
    '',
    `Reason: ${notice.reason}`,
    `Source: ${notice.source}`,
    `Target: ${notice.target}`,
    `Since:  ${notice.at.toISOString()}`,
    '',
  ].join('\n')
