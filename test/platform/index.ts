/** The door of the pretend platform: what tests outside this folder usually need. */
export { makeCredentials, type TestCredentials } from './service/client-credentials.ts'
export { answer, drop, hang, inTurn, refuse, type Reply } from './service/replies.ts'
export { type BatonServiceStub, startBatonService } from './service/start-baton-service.ts'
export { createTokenEndpoint, type TokenEndpoint } from './service/token-endpoint.ts'
