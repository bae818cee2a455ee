import type { CharTest, PatternNode, Place } from './pattern-node.ts'
import { UnfitPattern } from './pattern-node.ts'

/** One step of a match. `next` of `split` is tried before `other`. */
export type Step =
  | { readonly kind: 'char'; readonly fits: CharTest }
  | { readonly kind: 'split'; next: number; other: number }
  | { readonly kind: 'jump'; next: number }
  | { readonly kind: 'save'; readonly slot: number }
  | { readonly kind: 'place'; readonly place: Place }
  | { readonly kind: 'done' }

export const MAX_STEPS = 1500

/** The steps that a pattern comes to. Errors: `UnfitPattern` where there are too many. */
export function programOf(root: PatternNode): readonly Step[] {
  const steps: Step[] = []
  emit({ kind: 'group', index: 0, body: root }, steps)
  steps.push({ kind: 'done' })
  return steps
}

function emit(node: PatternNode, steps: Step[]): void {
  if (steps.length > MAX_STEPS) throw new UnfitPattern('repeats too much; make the counts in { } smaller')
  switch (node.kind) {
    case 'char':
    case 'place':
      steps.push(node)
      break
    case 'sequence':
      for (const item of node.items) emit(item, steps)
      break
    case 'group':
      steps.push({ kind: 'save', slot: node.index * 2 })
      emit(node.body, steps)
      steps.push({ kind: 'save', slot: node.index * 2 + 1 })
      break
    case 'choice':
      emitChoice(node.options, steps)
      break
    case 'repeat':
      emitRepeat(node, steps)
      break
  }
}

function emitChoice(options: readonly PatternNode[], steps: Step[]): void {
  const ends: { next: number }[] = []
  options.forEach((option, i) => {
    const isLast = i === options.length - 1
    const split = { kind: 'split' as const, next: steps.length + 1, other: 0 }
    if (!isLast) steps.push(split)
    emit(option, steps)
    if (isLast) return
    const jump = { kind: 'jump' as const, next: 0 }
    steps.push(jump)
    ends.push(jump)
    split.other = steps.length
  })
  for (const end of ends) end.next = steps.length
}

function emitRepeat({ body, least, most, isLazy }: Extract<PatternNode, { kind: 'repeat' }>, steps: Step[]): void {
  for (let i = 0; i < least; i++) emit(body, steps)
  const split = (): Extract<Step, { kind: 'split' }> => {
    const step = { kind: 'split' as const, next: 0, other: 0 }
    steps.push(step)
    return step
  }
  const aim = (step: Extract<Step, { kind: 'split' }>, into: number, past: number): void => {
    step.next = isLazy ? past : into
    step.other = isLazy ? into : past
  }
  if (most === Infinity) {
    // Asked again behind the body, not before it: a round that takes nothing ends the loop, as in .NET.
    const first = split()
    const start = steps.length
    emit(body, steps)
    const again = split()
    aim(first, start, steps.length)
    aim(again, start, steps.length)
    return
  }
  const optional: { readonly step: Extract<Step, { kind: 'split' }>; readonly into: number }[] = []
  for (let i = least; i < most; i++) {
    const step = split()
    optional.push({ step, into: steps.length })
    emit(body, steps)
  }
  for (const { step, into } of optional) aim(step, into, steps.length)
}
