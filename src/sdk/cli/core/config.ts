import { ALL_SETTINGS } from '../../settings/catalog.ts'
import type { DescribeCommand } from './core-command.ts'
import { FOR_TOOLS } from './headings.ts'

export const configCommand: DescribeCommand = {
  name: 'config',
  summary: 'print the schema of its settings, as JSON',
  heading: FOR_TOOLS,
  async text({ product }) {
    const { configSchemaJson } = await import('../commands/config.ts')
    return configSchemaJson([...product.fields, ...ALL_SETTINGS], (await product.describe()).metadata)
  },
}
