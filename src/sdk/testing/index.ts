/** For the tests of a connector, with any test runner: the real engines and a real file, without a program around them. */
export { type ChangeOptions, changeAccess } from './change-access.ts'
export { contractFaults } from './contract-faults.ts'
export { type Synced, syncConnector, type SyncOptions } from './sync-connector.ts'
