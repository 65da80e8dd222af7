import { describe, expect, it } from 'vitest';
import {
	AccessTokens,
	type TokenResult,
} from '../../../nodes/SmtpOAuthSendEmail/auth/access-tokens.js';
import { readStoredToken } from '../../../nodes/SmtpOAuthSendEmail/auth/stored-token.js';

const NOW_MS = 1_800_000_000_000;

/** Token data as n8n stores it; its end counts from `NOW_MS`. */
const tokenData = (accessToken: string, expiresInMs = 3_600_000) => ({
	access_token: accessToken,
	refresh_token: 'the-refresh-token',
	n8n_expires_at: String(NOW_MS + expiresInMs),
});

let credentialCount = 0;

/** A credential in memory whose readings are counted, and a clock. */
function watched(expiresInMs?: number) {
	credentialCount += 1;
	const credential = { stored: tokenData('stored', expiresInMs), nowMs: NOW_MS, reads: 0 };
	const access = {
		id: `watched-${String(credentialCount)}`,
		readTokenData: () => {
			credential.reads += 1;
			return Promise.resolve(credential.stored);
		},
		refreshTokenData: () => {
			credential.stored = tokenData('renewed');
			return Promise.resolve(credential.stored);
		},
	};
	const tokens = new AccessTokens(access, { provider: 'custom' }, () => credential.nowMs);
	return { credential, tokens };
}

/** The access token of a result, or the code of its failure. */
const told = (result: TokenResult) => (result.ok ? result.value.accessToken : result.failure.code);

describe('the stored token', () => {
	it('is read once for messages that follow each other', async () => {
		const { credential, tokens } = watched();
		for (let message = 0; message < 5; message += 1) {
			expect(told(await tokens.current())).toBe('stored');
			credential.nowMs += 1_000;
		}
		expect(credential.reads).toBe(1);
	});

	it('is read again after some seconds, for another process may have replaced it', async () => {
		const { credential, tokens } = watched();
		await tokens.current();
		credential.stored = tokenData('replaced elsewhere');
		credential.nowMs += 10_000;
		expect(told(await tokens.current())).toBe('replaced elsewhere');
	});

	it('is read again at once where the server has refused it', async () => {
		const { credential, tokens } = watched();
		await tokens.current();
		const refused = readStoredToken(credential.stored);
		if (refused === undefined) throw new Error('no token');
		credential.stored = tokenData('replaced elsewhere');
		expect(told(await tokens.replace(refused))).toBe('replaced elsewhere');
		expect(told(await tokens.current())).toBe('replaced elsewhere');
	});

	it('is not used any more when it is about to end, however recently it was read', async () => {
		const { credential, tokens } = watched(62_000);
		expect(told(await tokens.current())).toBe('stored');
		credential.nowMs += 2_000;
		expect(told(await tokens.current())).toBe('renewed');
	});
});
