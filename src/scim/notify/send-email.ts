import { createTransport } from 'nodemailer'
import { ConnectorError } from '../../sdk/ground/errors.ts'
import type { Secret } from '../../sdk/ground/secret.ts'
import type { EmailConfig } from '../config/config.ts'
import { type Notice, subjectOf, textOf } from './notice.ts'

const TIMEOUT_MS = 30_000

/**
 * Sends a notice by mail. `starttls` never goes on in the clear.
 *
 * Errors: `unavailable` with the server's words; the password is in none of them.
 */
export async function sendEmail(
  { host, port, security, from, to, user }: Omit<EmailConfig, 'password'>,
  password: Secret | undefined,
  notice: Notice,
  ca?: readonly string[],
): Promise<void> {
  const transport = createTransport({
    ...{ host, port, connectionTimeout: TIMEOUT_MS, greetingTimeout: TIMEOUT_MS, socketTimeout: TIMEOUT_MS },
    secure: security === 'tls',
    requireTLS: security === 'starttls',
    ignoreTLS: security === 'none',
    ...(ca && { tls: { ca: [...ca] } }),
    ...(user !== undefined && password && { auth: { user, pass: password.reveal() } }),
  })
  try {
    await transport.sendMail({ from, to: [...to], subject: subjectOf(notice), text: textOf(notice) })
  } catch (error) {
    const words = error instanceof Error ? error.message : 'for an unknown reason'
    throw new ConnectorError('unavailable', 'notify', `${host}:${port} did not take the mail (${words})`, error)
  } finally {
    transport.close()
  }
}
