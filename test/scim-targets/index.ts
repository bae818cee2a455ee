/** The one door to real SCIM servers and to the proxy in front of them; README.md says how to use it. */
export { whyNoPython } from './install.ts'
export { type Judge, startJudge } from './judge.ts'
export { membersChanged, type PatchOperation, type Purpose, type RecordedRequest } from './recorded-request.ts'
export {
  type Exchange,
  type Fault,
  type ProxyOptions,
  type RecordingProxy,
  startRecordingProxy,
  type Trouble,
  troubles,
} from './recording-proxy.ts'
export { breaches, type RuleOptions } from './rules.ts'
export {
  PYTHON_TARGETS,
  REFUSING_TARGET,
  SCIM_TARGETS,
  type ScimTarget,
  type ScimTargetName,
  startScimTarget,
} from './start.ts'
export { readWhole, type WholeTarget } from './read-whole.ts'
