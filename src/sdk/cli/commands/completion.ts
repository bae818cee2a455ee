import { bashScript } from '../completion/bash.ts'
import { fishScript } from '../completion/fish.ts'
import { zshScript } from '../completion/zsh.ts'
import type { Grammar } from '../command-shape.ts'
import { completionModel } from '../completion/model.ts'

export const SHELLS = ['bash', 'zsh', 'fish'] as const

export type Shell = (typeof SHELLS)[number]

const SCRIPTS = { bash: bashScript, zsh: zshScript, fish: fishScript } as const satisfies Record<Shell, unknown>

export const isShell = (text: string | undefined): text is Shell => SHELLS.some((shell) => shell === text)

/** A script for the shell that completes commands, flags and values; made from the same data as the flags themselves. */
export const completionScript = (shell: Shell, grammar: Grammar): string => SCRIPTS[shell](completionModel(grammar))
