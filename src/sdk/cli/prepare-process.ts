import { enableCompileCache } from 'node:module'
import { type ProgramName, nameProgram } from '../ground/program-name.ts'
import { waitForEachAddress } from './patient-connections.ts'
import { keepProcessSmall } from './v8-memory.ts'

/** What has to happen before anything larger is loaded. */
export function prepareProcess(name: ProgramName): void {
  nameProgram(name)
  // node:sqlite is a stable part of these programs; its notice would be the first line of every run.
  process.removeAllListeners('warning')
  process.on('warning', (warning) => {
    if (warning.name !== 'ExperimentalWarning') process.stderr.write(`${warning.name}: ${warning.message}\n`)
  })
  enableCompileCache()
  keepProcessSmall()
  waitForEachAddress()
}
