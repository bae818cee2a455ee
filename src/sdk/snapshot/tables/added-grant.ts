import { sqlText } from '../file/database-file.ts'

/** `GrantImmutable` without content as the only annotation, and behind it the first field of the sources. */
const MARK = `cast(x'22340a32' || ${sqlText('type.googleapis.com/c1.connector.v2.GrantImmutable')} || x'2a' as blob)`

/**
 * SQL that holds for the rows of `v1_grants` that expansion added.
 *
 * Source: baton-sdk v0.25.0 `pkg/sync/expand/expander.go`; decision 0012.
 */
export const ADDED_GRANT = `instr(data, ${MARK}) > 0`
