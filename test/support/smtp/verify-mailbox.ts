import { expect } from 'vitest';
import type { MailAccount } from '../../../nodes/SmtpOAuthSendEmail/auth/mail-account.js';
import {
	VERIFY_STAGES,
	type VerifyStage,
} from '../../../nodes/SmtpOAuthSendEmail/status/verify-report.js';
import type { MailboxReport } from '../../../nodes/SmtpOAuthSendEmail/transport/mail-transport.js';
import { verifyMailbox } from '../../../nodes/SmtpOAuthSendEmail/transport/smtp/verify/verify-smtp.js';
import type { ScriptedServer } from './scripted-smtp-server.js';
import { commandsOf, PLENTY, tokensOf, USER } from './transport-setting.js';

/** The access token of the credential that is verified. */
export const TOKEN = 'access-token-1';

/** Verifies the account's mailbox, with one access token and plenty of time unless told otherwise. */
export async function verify(
	account: MailAccount,
	options: { tokens?: ReturnType<typeof tokensOf>; from?: string; timeoutMs?: number } = {},
): Promise<MailboxReport> {
	const { tokens = tokensOf(TOKEN), from = USER, timeoutMs = PLENTY.timeoutMs } = options;
	return await verifyMailbox(account, tokens, from, { timeoutMs });
}

/** The stages of a report by what became of them, e.g. `{ ok: ['token'], failed: ['dns'], … }`. */
export function outline({ stages }: MailboxReport) {
	const groups: Record<'ok' | 'failed' | 'skipped', VerifyStage[]> = {
		ok: [],
		failed: [],
		skipped: [],
	};
	for (const stage of VERIFY_STAGES) {
		if (stage !== 'parameters') groups[stages[stage].kind].push(stage);
	}
	return groups;
}

/** The failure of a stage; throws where the stage has not failed. */
export function failureAt({ stages }: MailboxReport, stage: Exclude<VerifyStage, 'parameters'>) {
	const result = stages[stage];
	if (result.kind !== 'failed') throw new Error(`${stage} is ${result.kind}`);
	return result.failure;
}

/** What all verifications have in common: nothing is sent, and the connection is over. */
export async function expectNothingSent(server: ScriptedServer): Promise<void> {
	expect(commandsOf(server, 'RCPT')).toEqual([]);
	expect(commandsOf(server, 'DATA')).toEqual([]);
	await Promise.all(server.connections.map(async ({ closed }) => await closed));
}
