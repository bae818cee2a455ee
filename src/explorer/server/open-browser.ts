import { spawn } from 'node:child_process'

const OPENERS: Readonly<Partial<Record<NodeJS.Platform, readonly [string, ...string[]]>>> = {
  darwin: ['open'],
  win32: ['explorer.exe'],
}

/** Opens an address in the browser of this desktop. Where there is none, that is told and nothing else happens. */
export function openBrowser(url: string, tell: (why: string) => void): void {
  const [command, ...args] = OPENERS[process.platform] ?? ['xdg-open']
  const browser = spawn(command, [...args, url], { stdio: 'ignore', detached: true })
  browser.once('error', () => tell('No browser could be opened; open the address yourself.'))
  browser.unref()
}
