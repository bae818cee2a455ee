/** What a connector is made of: errors, ports, the model, and the contracts that it implements. */
export * from './contract/connector.ts'
export * from './contract/provisioner.ts'
export * from './contract/syncer.ts'
export type { SourceTraffic } from './contract/traffic.ts'
export { ConnectorError, ERROR_CODES, type ErrorCode, type ErrorParts, exitCodeOf } from './ground/errors.ts'
export {
  httpStatusOf,
  isOfTheAnswer,
  isRefusedChange,
  isServerFault,
  isTlsFault,
  type Reason,
} from './ground/reason.ts'
export type { Clock, Logger, RandomBytes, Sleep } from './ground/ports.ts'
export { Secret } from './ground/secret.ts'
export * from './model/ids.ts'
export * from './model/model.ts'
