import { type DescribeCommand, FOR_TOOLS } from './core-command.ts'

export const capabilitiesCommand: DescribeCommand = {
  name: 'capabilities',
  summary: 'print what the connector can do, as JSON',
  heading: FOR_TOOLS,
  async text({ product }) {
    const { capabilitiesJson } = await import('../commands/capabilities.ts')
    return capabilitiesJson(await product.describe())
  },
}
