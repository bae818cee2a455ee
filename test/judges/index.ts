/** The door of the official judges: what tests outside this folder usually need. */
export { type BatonPeer, startBatonPeer } from './baton-peer.ts'
export { expectOfficialAgreement } from './expect-official-agreement.ts'
export { startGoDaemon } from './go-daemon.ts'
export { officialTools, type OfficialTools } from './official-tools.ts'
export { openPeerFixture } from './peer-fixture.ts'
export { runBaton, runBatonJson } from './run-baton.ts'
