import { z } from 'zod'
import { parseFilter } from './filter.ts'
import { problemOf } from './problem-of.ts'

/** A filter as RFC 4515 writes it. */
export const filterText = z.string().superRefine((text, context) => {
  const problem = problemOf(() => parseFilter(text, 'the filter'))
  if (problem !== undefined) context.addIssue({ code: 'custom', message: problem })
})
