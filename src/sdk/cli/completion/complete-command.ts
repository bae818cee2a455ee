/** The first word of the hidden command that completion scripts call for names; the same as in Go connectors. */
export const COMPLETE = '__complete'
