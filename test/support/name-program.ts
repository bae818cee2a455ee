import { NAME } from '../../src/connector/name.ts'
import { nameProgram } from '../../src/sdk/ground/program-name.ts'

nameProgram(NAME)
