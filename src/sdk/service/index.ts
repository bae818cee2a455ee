/** Service mode: work for a governance platform. */
export type { BatonService } from './baton-service.ts'
export { runServiceMode } from './runtime/run-daemon.ts'
export { runSchedule } from './runtime/schedule.ts'
