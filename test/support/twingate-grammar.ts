import { product } from '../../cmd/baton-twingate/product.ts'
import type { Grammar } from '../../src/sdk/cli/command-shape.ts'
import { coreOf } from '../../src/sdk/cli/core/index.ts'
import { grammarOf } from '../../src/sdk/cli/grammar.ts'

/** The command line of the program without the commands that are one value each. */
export const twingateGrammar = (version: string): Grammar =>
  grammarOf(version, { ...product, commands: [] }, coreOf(product))
