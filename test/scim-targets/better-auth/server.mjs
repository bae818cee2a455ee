// better-auth with its SCIM plugin and everything in memory.
import { createServer } from 'node:http'
import { scim } from '@better-auth/scim'
import { betterAuth } from 'better-auth'
import { memoryAdapter } from 'better-auth/adapters/memory'
import { toNodeHandler } from 'better-auth/node'

const plugin = scim({
  connections: [{ id: 'directory', credentials: [{ type: 'bearer', id: 'token', token: process.env.TOKEN }] }],
  compatibility: { microsoftEntra: { acceptLegacyGroupSchema: true } },
})
const tables = ['user', 'session', 'account', 'verification', 'rateLimit', ...Object.keys(plugin.schema ?? {})]

let handle
const server = createServer((request, response) => handle(request, response))
server.listen(0, '127.0.0.1', () => {
  const base = `http://127.0.0.1:${server.address().port}`
  const auth = betterAuth({
    baseURL: base,
    secret: 'a secret of a test server that holds invented people',
    database: memoryAdapter(Object.fromEntries(tables.map((table) => [table, []]))),
    rateLimit: { enabled: false },
    telemetry: { enabled: false },
    logger: { disabled: true },
    plugins: [plugin],
  })
  handle = toNodeHandler(auth)
  console.log(`SCIM on ${base}/api/auth/scim/v2`)
})
