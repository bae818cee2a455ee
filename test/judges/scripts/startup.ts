import type { FaultAct } from '../peer-commands.ts'
import type { ServiceScript } from '../service-script.ts'
import { first, good, list, unavailable } from './acts.ts'

/** What can be wrong before the first poll. */
export const startupScripts: readonly ServiceScript[] = [
  ...(
    [
      ['a service that is unavailable', unavailable],
      ['a service that is exhausted', { action: 'status', code: 'RESOURCE_EXHAUSTED' }],
      ['a connection that is cut', { action: 'drop' }],
      ['a lost answer', { action: 'drop', when: 'after' }],
      ['a page of a gateway', { action: 'http', status: 502 }],
      ['a page that says not found', { action: 'http', status: 404 }],
      ['an answer that does not decode', { action: 'garbage' }],
    ] as const satisfies readonly (readonly [string, FaultAct])[]
  ).map(([what, act]) => ({
    name: `the first hello is tried again after ${what}`,
    faults: [first('Hello', act)],
    tasks: () => [list],
    wanted: [good],
  })),
  ...([{ status: 500 }, { status: 429 }, { drop: true }] as const).map((answer) => ({
    name: `the first token is asked for again after ${JSON.stringify(answer)}`,
    before: [{ do: 'token-answers', answers: [answer] } as const],
    tasks: () => [list],
    wanted: [good],
  })),
  {
    name: 'wrong credentials end the daemon',
    before: [{ do: 'token-answers', answers: [{ status: 401 }], forever: true }],
    tasks: () => [],
    wanted: [],
    exits: 'not zero',
  },
  {
    name: 'an untrusted certificate ends the daemon',
    before: [{ do: 'certificate', name: 'untrusted' }],
    tasks: () => [],
    wanted: [],
    exits: 'not zero',
  },
]
