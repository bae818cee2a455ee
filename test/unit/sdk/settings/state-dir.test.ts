import { chmodSync, mkdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { lockStateDir } from '../../../../src/sdk/cli/commands/hold-state-dir.ts'
import { openStateDir, stateDirOf } from '../../../../src/sdk/settings/state-dir.ts'
import { startProgram } from '../../../support/run-program.ts'
import { temporaryFolder } from '../../../tenant/sync-tenant.ts'

const uid = process.getuid?.()

describe('the path', () => {
  const place = { env: {}, cwd: '/here', tempDir: '/tmp', uid: 1000 }
  const config = { file: 'sync.c1z' } as const
  const path = (...args: Parameters<typeof stateDirOf>): string => stateDirOf(...args).path

  it('is the one that is named, else the one of systemd', () => {
    const env = { STATE_DIRECTORY: '/var/lib/a:/var/lib/b' }
    expect(path({ ...config, 'state-dir': 'x' }, { ...place, env })).toBe('/here/x')
    expect(path(config, { ...place, env })).toBe('/var/lib/a')
  })

  it('is else a folder of its own for each user and each client id or file', () => {
    const own = path(config, place)
    expect(own).toMatch(/^\/tmp\/baton-twingate-[0-9a-f]{12}$/)
    expect(path({ ...config, 'c1z-temp-dir': '/big' }, place)).toBe(join('/big', own.slice('/tmp/'.length)))
    const others = [
      path({ file: 'b.c1z' }, place),
      path(config, { ...place, uid: 1001 }),
      path({ ...config, 'client-id': 'a@b/c' }, place),
      path({ ...config, 'client-id': 'a@b/d' }, place),
    ]
    expect(new Set([own, ...others]).size).toBe(5)
    expect(path({ file: 'x.c1z', 'client-id': 'a@b/c' }, place)).toBe(others[2])
  })
})

describe('the folder', () => {
  const open = (path: string, given: boolean) => openStateDir({ path, given }, uid)

  it('is made for its owner only, with the folders above it', () => {
    const path = join(temporaryFolder(onTestFinished), 'a/b')
    open(path, false)
    open(path, false)
    expect(statSync(path).mode & 0o777).toBe(0o700)
  })

  it('may be anybody’s with any mode where it was named', () => {
    const path = temporaryFolder(onTestFinished)
    chmodSync(path, 0o777)
    openStateDir({ path, given: true }, 12_345)
    expect(statSync(path).mode & 0o777).toBe(0o777)
  })

  it.each([
    ['another user may write to', (path: string) => (mkdirSync(path), chmodSync(path, 0o777))],
    ['is a link', (path: string) => symlinkSync(temporaryFolder(onTestFinished), path)],
  ])('is refused where nobody named it and it %s', (_, make) => {
    const path = join(temporaryFolder(onTestFinished), 'x')
    make(path)
    expect(() => open(path, false)).toThrow(
      expect.objectContaining({
        code: 'failed-precondition',
        detail: expect.stringContaining('belongs to another user or can be changed by one') as string,
      }),
    )
  })

  it('is refused where nobody named it and it is another user’s', () => {
    const path = temporaryFolder(onTestFinished)
    expect(() => openStateDir({ path, given: false }, (uid ?? 0) + 1)).toThrow(/belongs to another user/)
  })

  it.each([true, false])('is refused where it is a file (named: %s)', (given) => {
    const path = join(temporaryFolder(onTestFinished), 'x')
    writeFileSync(path, '')
    expect(() => open(path, given)).toThrow(/--state-dir \(BATON_STATE_DIR\): the folder .*x is a file/)
  })
})

describe('the folder of a daemon', () => {
  it.skipIf(process.platform !== 'linux')('ends the program where it can never be made', async () => {
    const cwd = temporaryFolder(onTestFinished)
    const env = { BATON_DOMAIN: 'acme', BATON_API_KEY: 'k', BATON_STATE_DIR: '/proc/baton/state' }
    const { ended } = startProgram(['--interval', '1h'], { cwd, env, atEnd: onTestFinished })
    expect(await ended).toMatchObject({
      code: 3,
      stderr: expect.stringContaining(
        '--state-dir (BATON_STATE_DIR): the folder /proc/baton/state cannot be made',
      ) as string,
    })
  })

  it('is not called a file where it is what should be above it that is none', () => {
    const folder = temporaryFolder(onTestFinished)
    symlinkSync(join(folder, 'gone'), join(folder, 'link'))
    expect(() => openStateDir({ path: join(folder, 'link/state'), given: true }, uid)).toThrow(
      /the folder \S+state cannot be made/,
    )
  })
})

describe('the lock', () => {
  it('is for one daemon at a time', () => {
    const path = temporaryFolder(onTestFinished)
    const lock = lockStateDir(path)
    expect(() => lockStateDir(path)).toThrow(
      expect.objectContaining({
        code: 'failed-precondition',
        operation: 'lock the state directory',
        detail: expect.stringMatching(/^another daemon works in .*--state-dir \(BATON_STATE_DIR\)$/) as string,
      }),
    )
    lock.release()
    lockStateDir(path).release()
  })

  it.each([
    ['the folder cannot be written', 'permission-denied', mkdirSync, /: the folder \S+ cannot be written; make it/],
    [
      'a file of somebody else stands in its place',
      'data-loss',
      (path: string) => writeFileSync(path, 'mine'.repeat(1000)),
      /: the file \S+daemon\.lock is no lock of a daemon; remove it$/,
    ],
  ] as const)('says which setting to look at where %s', (_, code, make, says) => {
    const path = temporaryFolder(onTestFinished)
    make(join(path, 'daemon.lock'))
    expect(() => lockStateDir(path)).toThrow(
      expect.objectContaining({ code, detail: expect.stringMatching(says) as string }),
    )
  })
})
