#!/usr/bin/env node
import { NAME } from '../../src/connector/name.ts'
import { prepareProcess } from '../../src/sdk/cli/prepare-process.ts'

prepareProcess(NAME)
const [{ runConnector }, { product }, { default: manifest }] = await Promise.all([
  import('../../src/sdk/cli/run-connector.ts'),
  import('./product.ts'),
  import('../../package.json', { with: { type: 'json' } }),
])
await runConnector(product, manifest.version)
