import type { OfficialTools } from './official-tools.ts'
import type { ServiceSubject } from './service-script.ts'
import { toyTasks } from './toy-tasks.ts'

/** The official daemon over the toy connector. */
export const goSubject = (tools: OfficialTools): ServiceSubject => ({
  name: 'baton-sdk v0.25.0',
  start: (peer, { temp, provisioning, slowPages, slowChanges }) =>
    tools.startGoDaemon(peer, {
      temp,
      provisioning,
      pageDelayMs: slowPages ? 800 : 0,
      changeDelayMs: slowChanges ? 1500 : 0,
    }),
  tasks: {
    grant: (number) => toyTasks.grant(`toy-user-${number + 1}`, 'toy-group-3'),
    revoke: () => toyTasks.revoke(),
    createAccount: () => toyTasks.createAccount('dana'),
    deleteUser: () => toyTasks.deleteUser(),
    grantToNobody: () => toyTasks.grant('nobody'),
  },
  stays: [],
  patienceMs: 5000,
  limitMs: 60_000,
})
