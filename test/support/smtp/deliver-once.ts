import { mailboxStateOf } from '../../../nodes/SmtpOAuthSendEmail/registry/mailbox-state.js';
import { SmtpTransport } from '../../../nodes/SmtpOAuthSendEmail/transport/smtp/smtp-transport.js';
import { accountAt, shortMessage, tokensOf } from './transport-setting.js';

/**
 * Run as a process of its own: delivers one message to the server named by the arguments (port,
 * CA certificate, time allowed for the data and for the reply), prints the report's kind and does nothing
 * to end itself: an idle connection must not hold it.
 */
const [port, caCertificate, timeoutMs, replyTimeoutMs] = process.argv.slice(2);
const transport = new SmtpTransport(
	accountAt({ port: Number(port), caCertificate: caCertificate ?? '' }),
	tokensOf('access-token-1'),
	{
		mailboxState: mailboxStateOf(new Map(), 'mailbox'),
		credentialId: 'credential',
		memory: { refusedReplacements: new Set() },
	},
);
const message = shortMessage();
const report = await transport.deliver(message, message.envelope.to, {
	timeoutMs: Number(timeoutMs),
	replyTimeoutMs: Number(replyTimeoutMs),
});
process.stdout.write(report.kind);
