import type { CommandCall } from '../../sdk/cli/command.ts'
import type { ScimConfig } from '../config/config.ts'
import { sourceAttributes } from '../config/source-attributes.ts'
import type { RetryPolicy } from '../../sdk/pacing/retry.ts'
import type { Source } from '../source.ts'
import { openSource } from '../sources/open-source.ts'

/** Opens the source of a configuration; nothing is read yet. `retry` is for sources on a network. @default their own patience */
export const openConfiguredSource = (
  config: ScimConfig,
  { process }: Pick<CommandCall, 'process'>,
  retry?: RetryPolicy,
): Promise<Source> =>
  openSource(config.source, {
    folder: config.folder,
    stdin: process.stdin as NodeJS.ReadableStream & AsyncIterable<Buffer> & { isTTY?: boolean },
    attributes: sourceAttributes(config),
    network: {
      env: process.env,
      random: process.random,
      userAgent: `baton-twingate/${process.version}`,
      ...(retry && { retry }),
    },
  })
