import { ConnectorError } from '../../ground/errors.ts'
import type { Work } from './core-command.ts'

/** What is done where a subcommand of the connector, or a flag of Go connectors, asks for a change. */
export const change: Work = {
  async run({ product, ambient, config, io, invocation }) {
    if (!product.changes)
      throw new ConnectorError('unimplemented', 'change', 'this program makes changes in service mode only')
    return (await product.changes.run(ambient))(config, io, invocation)
  },
}
