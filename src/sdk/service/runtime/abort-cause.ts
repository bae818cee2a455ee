import { ConnectorError } from '../../ground/errors.ts'

/** Why a running task is stopped before its end. The code is what the service is told; all of them are worth another try. */
export const canceledByService = (): ConnectorError =>
  new ConnectorError('canceled', 'heartbeat', 'the task was canceled by the service')

export const shuttingDown = (): ConnectorError =>
  new ConnectorError('unavailable', 'shut down', 'the connector is shutting down')

export const lostTask = (detail: string, cause: unknown): ConnectorError =>
  new ConnectorError('canceled', 'heartbeat', detail, cause)
