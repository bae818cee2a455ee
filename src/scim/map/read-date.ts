import { parseDate, US_DATE_TIME } from './date-format.ts'

/** Forms of dates that are read without being told; a day alone means its midnight in UTC. */
const FORMS: readonly string[] = [
  'yyyy-MM-ddTHH:mm:ss.FFFFFFFK',
  'yyyy-MM-ddTHH:mm:ssK',
  'yyyy-MM-ddTHH:mmK',
  'yyyy-MM-ddK',
  'yyyy-MM-dd HH:mm:ss.FFFFFFFK',
  'yyyy-MM-dd HH:mm:ssK',
  'yyyy-MM-dd HH:mmK',
  US_DATE_TIME,
  'M/d/yyyy H:mm:ss',
  'M/d/yyyy H:mm',
  'M/d/yyyy',
  'yyyyMMddHHmmss.FZ',
  'yyyyMMddHHmmssZ',
]

/** A date in ISO 8601, in the form that `Now` and `CDate` write, or in LDAP's generalized time; `undefined` for any other text. */
export function readDate(text: string): Date | undefined {
  for (const form of FORMS) {
    const date = parseDate(text, form)
    if (date) return date
  }
  return undefined
}
