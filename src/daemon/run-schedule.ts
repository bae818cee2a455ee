import type { ScheduleOptions } from './daemon-options.ts'
export const runSchedule = async (_: ScheduleOptions): Promise<void> => {}
