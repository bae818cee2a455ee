import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { SMTPServer } from 'smtp-server'
import { describe, expect, it, onTestFinished } from 'vitest'
import { notify } from '../../../../src/scim/notify/notify.ts'
import type { ConnectorError } from '../../../../src/sdk/ground/errors.ts'
import { type LogFields, silentLogger } from '../../../../src/sdk/ground/ports.ts'

const NOTICE = {
  reason: 'TooManyDeletes',
  detail: '16 of 20 linked objects would be disabled or deleted',
  source: 'people.csv',
  target: 'https://acme.twingate.com/api/scim/v2',
  at: new Date('2026-11-30T08:00:00Z'),
}

function tools(env: NodeJS.ProcessEnv = {}) {
  const errors: string[] = []
  const log = {
    ...silentLogger,
    error: (_: string, fields: LogFields = {}) => errors.push((fields['error'] as ConnectorError).detail),
  }
  const retry = { attempts: 2, attemptsIfMalformed: 2, firstWaitMs: 1, mostWaitMs: 1 }
  const process = { env, signal: new AbortController().signal, version: '1.2.3' }
  return { errors, tools: { process, log, hide() {}, retry } }
}

async function mailServer() {
  const mails: string[] = []
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onData(stream, _, done) {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        mails.push(Buffer.concat(chunks).toString())
        done()
      })
    },
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => new Promise((resolve) => server.close(() => resolve())))
  return { mails, port: (server.server.address() as AddressInfo).port }
}

const mailTo = (port: number, security: 'none' | 'starttls') => ({
  webhook: undefined,
  email: {
    ...{ host: '127.0.0.1', port, security, from: 'scim@fabrik.example', to: ['ops@fabrik.example'] },
    ...{ user: undefined, password: undefined },
  },
})

describe('notify', () => {
  it('sends a mail that says what happened and what to do', async () => {
    const { mails, port } = await mailServer()
    expect(await notify(mailTo(port, 'none'), NOTICE, tools().tools)).toBe(1)
    const [mail = ''] = mails
    expect(mail).toContain('To: ops@fabrik.example')
    expect(mail.replaceAll('=\r\n', '')).toContain('scim allow-deletes')
  })

  it('sends nothing in the clear where STARTTLS was asked for and is not offered', async () => {
    const { mails, port } = await mailServer()
    const { errors, tools: given } = tools()
    expect(await notify(mailTo(port, 'starttls'), NOTICE, given)).toBe(0)
    expect(mails).toEqual([])
    expect(errors).toEqual([expect.stringContaining('did not take the mail')])
  })

  it('tells of a webhook that refuses, by its host alone, and sends the mail all the same', async () => {
    const { mails, port } = await mailServer()
    let asked = 0
    const hook = createServer((_, response) => {
      asked++
      response.writeHead(500).end()
    })
    await new Promise<void>((resolve) => hook.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void hook.close())
    const url = `http://127.0.0.1:${(hook.address() as AddressInfo).port}/secret-path`
    const { errors, tools: given } = tools()
    expect(await notify({ ...mailTo(port, 'none'), webhook: { url } }, NOTICE, given)).toBe(1)
    expect([mails.length, asked]).toEqual([1, 2])
    expect(errors).toEqual([expect.stringMatching(/answered 500$/)])
    expect(errors.join('')).not.toContain('secret-path')
  })
})
