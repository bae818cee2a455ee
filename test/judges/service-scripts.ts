import { finishingScripts } from './scripts/finishing.ts'
import { pollingScripts } from './scripts/polling.ts'
import { startupScripts } from './scripts/startup.ts'
import { stoppingScripts } from './scripts/stopping.ts'
import { syncingScripts } from './scripts/syncing.ts'
import type { ServiceScript } from './service-script.ts'

/** What a daemon has to live through. The same list judges ours and the official one. */
export const serviceScripts: readonly ServiceScript[] = [
  ...startupScripts,
  ...pollingScripts,
  ...finishingScripts,
  ...syncingScripts,
  ...stoppingScripts,
]
