import { defineCommand } from '../../sdk/cli/command.ts'
import { HEADING, JEWELS, READER_FIELDS } from '../../readers/commands/fields.ts'

const [FILE] = READER_FIELDS
const sources = ['flag'] as const

export const explorerCommand = defineCommand({
  name: 'explorer',
  summary: 'serve a page on which people look at snapshots',
  heading: HEADING,
  fields: [
    FILE,
    {
      name: 'dir',
      kind: 'string',
      displayName: 'Folder',
      description: 'Folder whose .c1z files are shown, the newest first, in place of -f',
      path: 'existing-directory',
      sources,
    },
    {
      name: 'port',
      kind: 'int',
      displayName: 'Port',
      description: 'Port to listen on; 0 takes any that is free',
      min: 0,
      max: 65_535,
      default: 8480,
      sources,
    },
    { name: 'open', kind: 'bool', displayName: 'Open', description: 'Open the page in the browser', sources },
    {
      name: 'index',
      kind: 'bool',
      displayName: 'Index',
      description:
        'Make an index beside the file, FILE.index, where there is none, so that the page opens at once the next time',
      sources,
    },
    {
      name: 'bind',
      kind: 'string',
      displayName: 'Address',
      description: 'Address to listen on (default 127.0.0.1); another one needs TLS files or --trust-proxy',
      sources,
    },
    {
      name: 'tls-cert',
      kind: 'string',
      displayName: 'Certificate',
      description: 'PEM file of the certificate',
      path: 'file',
      sources,
    },
    {
      name: 'tls-key',
      kind: 'string',
      displayName: 'Key of the certificate',
      description: 'PEM file of its key',
      path: 'file',
      sources,
    },
    {
      name: 'trust-proxy',
      kind: 'bool',
      displayName: 'Trust a proxy',
      description: 'A proxy in front speaks TLS and says how browsers came; needs --host-name',
      sources,
    },
    {
      name: 'host-name',
      kind: 'string-list',
      displayName: 'Host names',
      description: 'Names under which browsers come, besides the address',
      check: (name) => (/^[\w.-]+$/.test(name) ? undefined : 'must be a host name without a port'),
      sources,
    },
    JEWELS,
    {
      name: 'rules',
      kind: 'string-list',
      displayName: 'Rules',
      description: 'Files of rules and tests, as check takes them, whose findings are shown as well',
      path: 'file',
      sources,
    },
    {
      name: 'state-dir',
      kind: 'string',
      displayName: 'State directory',
      description: 'State directory of a daemon whose runs are shown',
      path: 'existing-directory',
      sources,
    },
    {
      name: 'scim-state',
      kind: 'string',
      displayName: 'State of scim',
      description: 'State file of a scim engine whose cycles are shown',
      path: 'file',
      sources,
    },
  ],
  examples: `Examples:
  baton-twingate explorer --open
  baton-twingate explorer -f today.c1z --port 9000
  baton-twingate explorer --dir snapshots
The address that is printed holds a token; it is new each time. The page reads files and changes nothing at Twingate.
Exit codes: 0 after Ctrl-C, 3 a wrong setting, 5 no such file, 9 the port is taken.`,
  async run(call) {
    const { runExplorer } = await import('./run-explorer.ts')
    return runExplorer(call, call.config)
  },
})
