import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { randomBytes } from 'node:crypto'
import type { Engine } from '../../../src/scim/cycle/engine.ts'
import type { CycleResult } from '../../../src/scim/cycle/finish.ts'
import { type CycleOptions, runCycle } from '../../../src/scim/cycle/run-cycle.ts'
import type { Kind, TargetValues } from '../../../src/scim/model.ts'
import type { Policy } from '../../../src/scim/plan/policy.ts'
import { openSource } from '../../../src/scim/sources/open-source.ts'
import { Meta } from '../../../src/scim/state/meta.ts'
import { openState } from '../../../src/scim/state/open-state.ts'
import { Operations } from '../../../src/scim/state/operations.ts'
import { SourceImage } from '../../../src/scim/state/source-image.ts'
import { TargetImage } from '../../../src/scim/state/target-image.ts'
import type { Source, SourceObject } from '../../../src/scim/source.ts'
import { silentLogger } from '../../../src/sdk/ground/ports.ts'
import { type Directory, writeDirectory } from './directory.ts'
import type { Target } from '../../../src/scim/target/target.ts'
import { sourceParts } from './source-parts.ts'

const PATHS = {
  user: {
    userName: 'userName',
    givenName: 'name.givenName',
    familyName: 'name.familyName',
    email: 'emails[type eq "work"].value',
    externalId: 'externalId',
  },
  group: { displayName: 'displayName', externalId: 'externalId' },
} as const

/** A policy as flags give it: everything in the files, mapped by its columns. */
export const filePolicy = (changes: Partial<Policy> = {}): Policy => ({
  fingerprint: 'test',
  scope: 'all',
  defaultAccess: true,
  nestedGroups: 'direct',
  matching: { user: ['externalId', 'userName'], group: ['externalId', 'displayName'] },
  actions: { user: ALL, group: ALL },
  mode: 'all',
  onLeave: 'disable',
  guard: { count: 10, share: 0.1 },
  hidden: { user: new Set(), group: new Set() },
  inScope: () => ({ inScope: true }),
  map(kind: Kind, { attributes }: SourceObject) {
    const values: TargetValues = Object.fromEntries(
      Object.entries(PATHS[kind]).flatMap(([name, path]) =>
        attributes[name] === undefined ? [] : [[path, String(attributes[name])]],
      ),
    )
    return { values, onCreate: values, candidates: {}, problems: [] }
  },
  ...changes,
})

const ALL = { create: true, update: true, delete: true }

/** A folder with csv files and a state, in which cycles run against a target. */
export class World implements Disposable {
  readonly folder = mkdtempSync(join(tmpdir(), 'scim-world-'))
  readonly state = join(this.folder, 'state.db')
  now = new Date('2026-12-01T08:00:00Z')

  write(directory: Directory): void {
    writeDirectory(this.folder, directory)
  }

  /** `source` stands in place of the csv files. */
  async cycle(
    target: Target,
    options: Partial<CycleOptions> & { readonly policy?: Policy; readonly source?: Source } = {},
  ): Promise<CycleResult> {
    const state = openState(this.state)
    try {
      return await runCycle(await this.#engine(state.database, target, options), {
        kind: 'full',
        keepEscrow: false,
        initiatedBy: 'test',
        intervalMs: 2_400_000,
        quarantine: 'small',
        stop: new AbortController().signal,
        halt: new AbortController().signal,
        ...options,
      })
    } finally {
      state.close()
    }
  }

  async #engine(
    database: ReturnType<typeof openState>['database'],
    target: Target,
    { policy = filePolicy(), source }: { readonly policy?: Policy; readonly source?: Source },
  ): Promise<Engine> {
    const files = { type: 'csv', people: 'people.csv', groups: 'groups.csv', members: 'members.csv' } as const
    return {
      database,
      meta: new Meta(database),
      sourceImage: new SourceImage(database),
      targetImage: new TargetImage(database),
      operations: new Operations(database),
      source: source ?? (await openSource(files, sourceParts(this.folder))),
      target,
      policy,
      clock: { now: () => this.now, monotonicMs: () => performance.now() },
      sleep: async () => {},
      random: (length) => randomBytes(length),
      log: silentLogger,
      onProgress() {},
    }
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true })
  }
}
