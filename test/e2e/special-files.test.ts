import { execFileSync } from 'node:child_process'
import { closeSync, constants, existsSync, openSync, symlinkSync, writeFileSync, writeSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readSnapshot } from '../support/snapshot-rows.ts'
import { temporaryFolder } from '../tenant/sync-tenant.ts'
import { expandedTruthOf } from '../tenant/tenant-truth.ts'
import { toldIn } from '../support/expect-refusal.ts'
import { createPlace, KEY, settingsFor } from '../support/place.ts'
import { until } from '../support/service-place.ts'

const hasPython = ['/usr/bin/python3', '/usr/local/bin/python3'].some((path) => existsSync(path))

/** Runs a program with a pseudo terminal for standard error, whose output was stopped as by Ctrl-S. */
const ON_STOPPED_TERMINAL = `
import os, pty, sys, termios
master, slave = pty.openpty()
os.set_inheritable(master, True)
termios.tcflow(slave, termios.TCOOFF)
os.dup2(slave, 2)
os.execvp(sys.argv[1], sys.argv[1:])`

type AtEnd = Parameters<typeof createPlace>[0]

const pipeAt = (path: string): string => {
  execFileSync('mkfifo', [path])
  return path
}

async function socketAt(path: string, atEnd: AtEnd): Promise<string> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(path, resolve))
  atEnd(() => void server.close())
  return path
}

/** Makes a pipe take nothing more, and keeps it open so that it has a reader. */
function stuckPipe(path: string, atEnd: AtEnd): string {
  pipeAt(path)
  const descriptor = openSync(path, constants.O_RDWR | constants.O_NONBLOCK)
  atEnd(() => closeSync(descriptor))
  for (const size of [4096, 1])
    try {
      for (;;) writeSync(descriptor, Buffer.alloc(size))
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error
    }
  return path
}

describe.concurrent('a snapshot that is no plain file', () => {
  it.for([
    ['a pipe', (path: string) => pipeAt(path)],
    ['a socket', socketAt],
    ['a device', (path: string) => (symlinkSync('/dev/null', path), path)],
  ] as const)('is refused: %s', async ([, make], { onTestFinished }) => {
    const place = createPlace(onTestFinished)
    const server = await place.serve()
    await make(place.file, onTestFinished)
    const env = settingsFor(server.baseUrl)
    for (const args of [[], ['--interval', '1h'], ['grant', 'Engineering', 'x@acme.example', '--update-file']]) {
      const ended = await place.run(args, { env: { ...env, BATON_STATE_DIR: temporaryFolder(onTestFinished) } })
      expect([ended.code, toldIn(ended)]).toEqual([
        3,
        [expect.stringMatching(/open .*(sync\.c1z|null) is no plain file; choose another --file/)],
      ])
    }
    expect(server.requests).toEqual([])
  })
})

describe.concurrent('a key file that is no plain file', () => {
  it('may be a pipe that somebody writes to', async ({ onTestFinished }) => {
    const place = createPlace(onTestFinished)
    const server = await place.serve()
    const { BATON_API_KEY: _, ...env } = settingsFor(server.baseUrl)
    const script = 'exec "$@" --api-key-file <(sleep 0.2; printf %s "$KEY")'
    const ended = await place.run([], { env: { ...env, KEY }, under: ['bash', '-c', script, 'bash'] })
    expect([ended.code, toldIn(ended)]).toEqual([0, []])
    expect(readSnapshot(place.file)).toMatchObject(expandedTruthOf(server.tenant))
  })

  it('does not keep the program from ending where it is a pipe that gives nothing', async ({ onTestFinished }) => {
    const place = createPlace(onTestFinished)
    const { BATON_API_KEY: _, ...env } = settingsFor('http://127.0.0.1:9')
    const path = pipeAt(join(temporaryFolder(onTestFinished), 'key'))
    const program = place.start(['--api-key-file', path], { env })
    // Is open as soon as the program reads.
    const writer = await open(path, 'w')
    program.kill('SIGTERM')
    const ended = await program.ended
    await writer.close()
    expect([ended.code, toldIn(ended)]).toEqual([1, [expect.stringContaining('stopped on request')]])
  })

  it('is refused where it is a socket or a folder', async ({ onTestFinished }) => {
    const place = createPlace(onTestFinished)
    const { BATON_API_KEY: _, ...env } = settingsFor('http://127.0.0.1:9')
    const folder = temporaryFolder(onTestFinished)
    const socket = await socketAt(join(folder, 's'), onTestFinished)
    for (const [path, says] of [
      [socket, 'is a socket, no file'],
      [folder, 'is a directory'],
    ] as const) {
      const ended = await place.run(['--api-key-file', path], { env })
      expect([ended.code, toldIn(ended)]).toEqual([3, [expect.stringContaining(says)]])
    }
  })
})

describe.concurrent('a pipe that nobody writes to', () => {
  it('is told as such where it is a file of tenants or the key of one', async ({ onTestFinished }) => {
    const place = createPlace(onTestFinished)
    const pipe = pipeAt(join(place.folder, 'pipe'))
    const tenant = { name: 'acme', network: 'acme', key_file: './pipe', file: 'a.c1z' }
    writeFileSync(join(place.folder, 't.json'), JSON.stringify({ tenants: [tenant] }))
    const all = await Promise.all(
      [
        ['--tenants', pipe],
        ['validate', '--tenants', 't.json'],
      ].map((args) => place.run(args)),
    )
    for (const ended of all)
      expect([ended.code, toldIn(ended)]).toEqual([
        3,
        [expect.stringMatching(/pipe is a pipe that nobody writes anything to$/)],
      ])
  })

  it('is no snapshot', async ({ onTestFinished }) => {
    const place = createPlace(onTestFinished)
    pipeAt(place.file)
    for (const args of [['check'], ['access', 'ada@acme.example'], ['list', 'users'], ['export', 'csv']]) {
      const ended = await place.run([...args, '-f', place.file])
      expect([ended.code, toldIn(ended)]).toEqual([3, [expect.stringMatching(/sync\.c1z is not a c1z file/)]])
    }
  })
})

describe.concurrent('changes from standard input', () => {
  it('do not keep the program from ending where none come', async ({ onTestFinished }) => {
    const place = createPlace(onTestFinished)
    const folder = temporaryFolder(onTestFinished)
    const [silent, key] = [pipeAt(join(folder, 'changes')), pipeAt(join(folder, 'key'))]
    const { BATON_API_KEY: _, ...env } = settingsFor('http://127.0.0.1:9')
    const under = ['sh', '-c', 'in=$1; shift; exec "$@" <> "$in"', 'sh', silent]
    const program = place.start(['apply', '--from', '-', '--api-key-file', key], { env, under })
    const writer = await open(key, 'w')
    await writer.writeFile(KEY)
    await writer.close()
    program.kill('SIGTERM')
    const ended = await program.ended
    expect([ended.code, toldIn(ended)]).toEqual([1, [expect.stringContaining('stopped on request')]])
  })
})

describe.concurrent('a log that is no plain file', () => {
  it('is refused where nobody reads it', async ({ onTestFinished }) => {
    const place = createPlace(onTestFinished)
    const folder = temporaryFolder(onTestFinished)
    const paths = [pipeAt(join(folder, 'pipe')), await socketAt(join(folder, 'socket'), onTestFinished)]
    for (const path of paths) {
      const ended = await place.run(['--log-path', path], { env: settingsFor('http://127.0.0.1:9') })
      expect([ended.code, toldIn(ended)]).toEqual([
        3,
        [expect.stringContaining(`the file ${path} is a socket, or a pipe that nobody reads`)],
      ])
    }
  })

  it('may be the standard error by its path', async ({ onTestFinished }) => {
    const place = createPlace(onTestFinished)
    const server = await place.serve()
    for (const path of ['/dev/stderr', '/proc/self/fd/2']) {
      const ended = await place.run(['validate', '--log-path', path], { env: settingsFor(server.baseUrl) })
      expect([ended.code, ended.stderr]).toEqual([0, expect.stringContaining('"msg":"the key can read the network"')])
    }
  })

  it('holds nothing up where its reader stands still', async ({ onTestFinished }) => {
    const place = createPlace(onTestFinished)
    const server = await place.serve()
    const log = stuckPipe(join(temporaryFolder(onTestFinished), 'log'), onTestFinished)
    const program = place.start(['--interval', '1s', '--log-path', log, '--log-level', 'debug'], {
      env: { ...settingsFor(server.baseUrl), BATON_STATE_DIR: temporaryFolder(onTestFinished) },
    })
    await until(async () => (server.counts().total > 8 ? true : undefined))
    program.kill('SIGTERM')
    expect(await program.ended).toMatchObject({ code: 0 })
    expect(readSnapshot(place.file)).toMatchObject(expandedTruthOf(server.tenant))
  })
})

describe.concurrent('a state directory with what is no plain file', () => {
  it('is used all the same, and status says what it cannot read', async ({ onTestFinished }) => {
    const place = createPlace(onTestFinished)
    const server = await place.serve()
    const stateDir = temporaryFolder(onTestFinished)
    const env = { ...settingsFor(server.baseUrl), BATON_STATE_DIR: stateDir }
    const status = pipeAt(join(stateDir, 'status.json'))
    pipeAt(`${status}.next`)
    const before = await place.run(['status'], { env })
    expect([before.code, before.stdout]).toEqual([5, expect.stringContaining('status.json is no plain file')])
    const program = place.start(['--interval', '1h'], { env })
    const running = await until(async () => {
      const asked = await place.run(['status'], { env })
      return asked.code === 0 ? asked : undefined
    })
    expect(running.stdout).toContain('The daemon runs on schedule.')
    program.kill('SIGTERM')
    expect(await program.ended).toMatchObject({ code: 0 })
  })
})

describe.concurrent('a standard error whose reader stands still', () => {
  it('does not keep the daemon from ending after SIGTERM', async ({ onTestFinished }) => {
    const place = createPlace(onTestFinished)
    const server = await place.serve()
    const stuck = stuckPipe(join(temporaryFolder(onTestFinished), 'stderr'), onTestFinished)
    const under = ['sh', '-c', 'err=$1; shift; exec "$@" 2> "$err"', 'sh', stuck]
    const program = place.start(['--interval', '1s', '--log-level', 'debug'], {
      env: { ...settingsFor(server.baseUrl), BATON_STATE_DIR: temporaryFolder(onTestFinished) },
      under,
    })
    await until(async () => (server.counts().total > 8 ? true : undefined))
    program.kill('SIGTERM')
    expect(await program.ended).toMatchObject({ code: 0, stdout: '' })
  })

  it.runIf(hasPython)(
    'does not either where it is a terminal that was stopped (Ctrl-S)',
    async ({ onTestFinished }) => {
      const place = createPlace(onTestFinished)
      const server = await place.serve()
      const program = place.start(['--interval', '1s', '--log-level', 'debug'], {
        env: { ...settingsFor(server.baseUrl), BATON_STATE_DIR: temporaryFolder(onTestFinished) },
        under: ['python3', '-c', ON_STOPPED_TERMINAL],
      })
      await until(async () => (server.counts().total > 8 ? true : undefined))
      program.kill('SIGTERM')
      expect(await program.ended).toMatchObject({ code: 0, stdout: '' })
    },
  )
})
