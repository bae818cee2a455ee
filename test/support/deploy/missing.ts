/**
 * Whether tests are skipped because something is missing here; says so on stderr, so that a green run tells what it did not do.
 *
 * `reason` is why it is missing, `undefined` where nothing is.
 */
export function missing(what: string, reason: string | undefined): boolean {
  if (reason !== undefined) process.stderr.write(`${what}: ${reason}\n`)
  return reason !== undefined
}
