import { expect } from 'vitest'
import type { Stage, Variables } from './stage.ts'

/** Fails where a plan would change a resource or an output. */
export async function expectEmptyPlan(on: Stage, variables: Variables = {}): Promise<void> {
  const { code, output } = await on.plan(variables)
  expect(output).toContain('No changes.')
  expect(code).toBe(0)
}

/** What Terraform prints, in one line and without the frame of its error messages, so that a wrapped sentence can be found. */
export const inOneLine = (output: string): string => output.replaceAll(/[│╷╵\s]+/g, ' ')

/** Values of the root's outputs. */
export async function outputsOf(on: Stage): Promise<Readonly<Record<string, unknown>>> {
  const { output } = await on.run(['output', '-json'])
  const outputs = JSON.parse(output) as Readonly<Record<string, { readonly value: unknown }>>
  return Object.fromEntries(Object.entries(outputs).map(([name, { value }]) => [name, value]))
}
