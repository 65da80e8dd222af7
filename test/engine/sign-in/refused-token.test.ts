import type { IDataObject } from 'n8n-workflow';
import { describe, expect, it } from 'vitest';
import { jsonOf } from '../../../sandbox/n8n/workflow-host.js';
import { GOOD_CLAIMS, holdsPieceOf, jwtOf } from '../../support/tls/access-token.js';
import { errorOf, MAIL, MailWorkflow } from '../../support/n8n/mail-workflow.js';
import { useScriptedServers } from '../../support/smtp/scripted-servers.js';
import { commandsOf } from '../../support/smtp/transport-setting.js';

const serve = useScriptedServers();

/** A run with a credential that holds such a token, which the server refuses as Microsoft does. */
async function runRefused(claims: object, settings: IDataObject = {}) {
	const server = await serve((_line, { phase }) =>
		phase === 'sasl' ? '535 5.7.3 Authentication unsuccessful' : undefined,
	);
	const token = jwtOf({ ...GOOD_CLAIMS, ...claims });
	const workflow = MailWorkflow.forServer(server, {
		settings,
		credential: {
			user: 'anna@contoso.com',
			oauthTokenData: { access_token: token, n8n_expires_at: String(Date.now() + 3_600_000) },
		},
	});
	const run = await workflow.run([{}, {}]);
	expect(holdsPieceOf(JSON.stringify(run), token)).toBe(false);
	expect(commandsOf(server, 'AUTH')).toHaveLength(1);
	return run;
}

describe('a token that the mail server refuses', () => {
	it('is named as one for Microsoft Graph in every item', async () => {
		const run = await runRefused(
			{ aud: 'https://graph.microsoft.com', scp: 'Mail.Send' },
			{ onError: 'continueRegularOutput' },
		);
		const failure = {
			code: 'WRONG_AUDIENCE',
			cause: 'configuration-invalid',
			stage: 'auth',
			message:
				'This token is for Microsoft Graph; SMTP needs https://outlook.office.com/SMTP.Send. The server said: "535 5.7.3 Authentication unsuccessful"',
		};
		expect(jsonOf(run, MAIL)).toMatchObject([{ failure }, { failure }]);
	});

	it('stops the workflow with the sentence that names it', async () => {
		const error = errorOf(await runRefused({ aud: 'https://graph.microsoft.com' }));
		expect(error.message).toMatch(/^This token is for Microsoft Graph; SMTP needs /);
		expect(error.context.data?.failure['code']).toBe('WRONG_AUDIENCE');
		expect(error.description).toContain('connect again');
	});

	it('is named as another user’s, with the way to a shared mailbox', async () => {
		const run = await runRefused({ upn: 'bob@contoso.com' }, { onError: 'continueRegularOutput' });
		const failure = {
			code: 'TOKEN_REJECTED',
			message: expect.stringContaining('is of bob@contoso.com, not of anna@contoso.com'),
		};
		expect(jsonOf(run, MAIL)).toMatchObject([{ failure }, { failure }]);
	});
});
