import { ALL_SETTINGS } from '../../settings/catalog.ts'
import { type DescribeCommand, FOR_TOOLS } from './core-command.ts'

export const configCommand: DescribeCommand = {
  name: 'config',
  summary: 'print the schema of its settings, as JSON',
  heading: FOR_TOOLS,
  async text({ product }) {
    const { configSchemaJson } = await import('../commands/config.ts')
    return configSchemaJson([...product.fields, ...ALL_SETTINGS], (await product.describe()).metadata)
  },
}
