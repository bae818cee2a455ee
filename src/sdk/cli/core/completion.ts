import { type DescribeCommand, FOR_TOOLS } from './core-command.ts'

export const completionCommand: DescribeCommand = {
  name: 'completion',
  summary: 'print a completion script for a shell',
  heading: FOR_TOOLS,
  arguments: [{ name: 'shell', allowed: ['bash', 'zsh', 'fish'] }],
  async text({ grammar, words: [shell] }) {
    const { completionScript, isShell } = await import('../commands/completion.ts')
    return isShell(shell) ? completionScript(shell, grammar) : undefined
  },
}
