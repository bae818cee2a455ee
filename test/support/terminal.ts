import { existsSync } from 'node:fs'

const SCRIPT = '/usr/bin/script'

/** Whether this machine can give a program a terminal of its own. */
export const hasTerminal = existsSync(SCRIPT)

/** Runs the program on a pseudo terminal: both its outputs come as one. For `ProgramOptions.under`. */
export const TERMINAL = ['sh', '-c', `exec ${SCRIPT} -qfec "$(printf "'%s' " "$@")" /dev/null`, 'sh']
