import type { Sandbox } from '../start-sandbox.js';

/** A way in which the mail server answers, to choose from. */
export interface Answer {
	readonly name: string;
	readonly label: string;
	/** The whole reply, code first; `undefined`: the usual verdict. */
	readonly reply: string | undefined;
	/** What the node will make of it, for a person who has just chosen it. */
	readonly expect: string;
}

/** What every sign-in gets. */
export const SIGN_IN_ANSWERS: readonly Answer[] = [
	{
		name: 'usual',
		label: 'The token decides',
		reply: undefined,
		expect: 'Sign-in works again for every account that is connected.',
	},
	{
		name: 'smtp-auth-off',
		label: 'SMTP AUTH is switched off',
		reply:
			'535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Mailbox',
		expect: 'The next mail fails with SMTP_AUTH_DISABLED.',
	},
	{
		name: 'blocked',
		label: 'A policy blocks the sign-in',
		reply:
			'535 5.7.139 Authentication unsuccessful, user is locked by the security defaults policy of your organization',
		expect: 'The next mail fails with SIGN_IN_BLOCKED.',
	},
];

/** What every complete message gets. */
export const MESSAGE_ANSWERS: readonly Answer[] = [
	{
		name: 'usual',
		label: 'Messages are taken',
		reply: undefined,
		expect: 'Messages are taken again.',
	},
	{
		name: 'quota',
		label: 'The daily limit is reached',
		reply: '550 5.4.5 Daily user sending limit exceeded',
		expect: 'The next mail fails with QUOTA_EXHAUSTED.',
	},
	{
		name: 'busy',
		label: 'The server is busy',
		reply: '451 4.3.2 System not accepting messages at the moment, try again later',
		expect: 'The next mail is tried three times, then fails with SERVER_BUSY.',
	},
	{
		name: 'spam',
		label: 'The content is refused',
		reply: '554 5.7.1 Message rejected as spam by content filtering',
		expect: 'The next mail fails with MESSAGE_REFUSED.',
	},
];

/** The answer in force among those of a table. */
export function answerInForce(answers: readonly Answer[], reply: string | undefined): string {
	return answers.find((answer) => answer.reply === reply)?.name ?? '';
}

/**
 * Does what a form of the inbox asks for. Connections are cut, since one that has signed in before
 * would not notice.
 *
 * @returns what to expect now, in a sentence; `undefined`: there is no such switch, account or answer
 */
export async function turnSwitch(
	sandbox: Sandbox,
	form: URLSearchParams,
): Promise<string | undefined> {
	const expectation = await apply(sandbox, form.get('switch') ?? '', form.get('value') ?? '');
	if (expectation !== undefined) await sandbox.mail.disconnectClients();
	return expectation;
}

async function apply(sandbox: Sandbox, name: string, value: string) {
	const account = sandbox.users.find(({ email }) => email === value)?.email;
	switch (name) {
		case 'revoke':
			if (account === undefined) return undefined;
			await sandbox.oauth.revoke(account);
			return `${account} has withdrawn its consent: the next mail fails with RECONNECT_REQUIRED, until you connect the credential again.`;
		case 'expire':
			if (account === undefined) return undefined;
			await sandbox.oauth.expireAccessTokens(account);
			return `The access tokens of ${account} have ended: the next mail is sent after one renewal.`;
		case 'sign-in': {
			const answer = SIGN_IN_ANSWERS.find((one) => one.name === value);
			if (answer) sandbox.mail.refusals.signIn = answer.reply;
			return answer?.expect;
		}
		case 'message': {
			const answer = MESSAGE_ANSWERS.find((one) => one.name === value);
			if (answer) sandbox.mail.refusals.message = answer.reply;
			return answer?.expect;
		}
		default:
			return undefined;
	}
}
