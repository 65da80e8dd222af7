import { describe, expect, it } from 'vitest';
import {
	AccessTokens,
	type CredentialAccess,
	type TokenResult,
} from '../../../nodes/SmtpOAuthSendEmail/auth/access-tokens.js';
import { readStoredToken } from '../../../nodes/SmtpOAuthSendEmail/auth/stored-token.js';
import { processRegistry } from '../../../nodes/SmtpOAuthSendEmail/registry/process-registry.js';

const NOW_MS = 1_800_000_000_000;

type TokenData = Record<string, unknown> | undefined;

/** Token data as n8n stores it. */
const tokenData = (accessToken: string, expiresInMs?: number): TokenData => ({
	access_token: accessToken,
	refresh_token: 'the-refresh-token',
	token_type: 'Bearer',
	...(expiresInMs === undefined ? {} : { n8n_expires_at: String(NOW_MS + expiresInMs) }),
});

let credentialCount = 0;

/** A credential in memory; `refresh` is what n8n's own helper does. */
function credential(stored: TokenData, refresh: (self: Credential) => Promise<unknown>) {
	credentialCount += 1;
	const self: Credential = {
		id: `credential-${String(credentialCount)}`,
		stored,
		refreshCount: 0,
		readTokenData: () => Promise.resolve(self.stored),
		refreshTokenData: async () => {
			self.refreshCount += 1;
			return await refresh(self);
		},
	};
	return self;
}

interface Credential extends CredentialAccess {
	stored: TokenData;
	refreshCount: number;
}

/** Saves and hands out the given data. */
const renewTo = (renewed: TokenData) => (self: Credential) => {
	self.stored = renewed;
	return Promise.resolve(renewed);
};

const never = () => Promise.reject(new Error('nobody asked for a refresh'));

const endpointIsDown = () =>
	Promise.reject(Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' }));

const grantIsInvalid = () =>
	Promise.reject(Object.assign(new Error('400'), { body: { error: 'invalid_grant' } }));

const tokensOf = (access: CredentialAccess) =>
	new AccessTokens(access, { provider: 'custom' }, () => NOW_MS);

/** The access token of a result, or the code of its failure. */
const told = (result: TokenResult) => (result.ok ? result.value.accessToken : result.failure.code);

function storedToken(accessToken: string) {
	const token = readStoredToken(tokenData(accessToken));
	if (token === undefined) throw new Error('no token');
	return token;
}

describe('a failure', () => {
	it('names the mailbox to sign in as, where it is known', async () => {
		const access = credential(tokenData('access-token-1', 0), grantIsInvalid);
		const tokens = tokensOf(Object.assign(access, { user: 'anna@example.com' }));
		const result = await tokens.current();
		expect(result).toMatchObject({
			ok: false,
			failure: {
				code: 'RECONNECT_REQUIRED',
				message: expect.stringContaining('anna@example.com has ended'),
				remedy: expect.stringContaining('sign in as anna@example.com'),
			},
		});
	});
});

describe('the current token', () => {
	it.each([
		{ what: 'lasts', expiresInMs: 3_600_000 },
		{ what: 'lasts just long enough', expiresInMs: 60_001 },
		{ what: 'says nothing of its end', expiresInMs: undefined },
	])('is the stored one when that $what', async ({ expiresInMs }) => {
		const access = credential(tokenData('stored', expiresInMs), never);
		expect(told(await tokensOf(access).current())).toBe('stored');
		expect(access.refreshCount).toBe(0);
	});

	it.each([
		{ what: 'is about to end', expiresInMs: 60_000 },
		{ what: 'has ended', expiresInMs: -1 },
	])('is a refreshed one when the stored one $what', async ({ expiresInMs }) => {
		const access = credential(
			tokenData('stored', expiresInMs),
			renewTo(tokenData('renewed', 3_600_000)),
		);
		const tokens = tokensOf(access);
		expect(told(await tokens.current())).toBe('renewed');
		expect(told(await tokens.current())).toBe('renewed');
		expect(access.refreshCount).toBe(1);
	});

	it('may be the same one, prolonged', async () => {
		const access = credential(tokenData('same', -1), renewTo(tokenData('same', 3_600_000)));
		expect(told(await tokensOf(access).current())).toBe('same');
	});

	it('is the old one while it is valid and the token endpoint is down', async () => {
		const access = credential(tokenData('stored', 30_000), endpointIsDown);
		expect(told(await tokensOf(access).current())).toBe('stored');
		expect(access.refreshCount).toBe(1);
	});

	it('is a failure that passes when the old one has ended and the token endpoint is down', async () => {
		const result = await tokensOf(credential(tokenData('stored', -1), endpointIsDown)).current();
		expect(result).toMatchObject({
			ok: false,
			failure: { code: 'TOKEN_REQUEST_FAILED', stage: 'token', retryable: true },
		});
	});

	it('is missing where the refresh token is no longer accepted', async () => {
		const result = await tokensOf(credential(tokenData('stored', -1), grantIsInvalid)).current();
		expect(result).toMatchObject({
			ok: false,
			failure: { code: 'RECONNECT_REQUIRED', retryable: false },
		});
	});

	it.each([undefined, {}, { access_token: '' }, { access_token: 7 }])(
		'is missing where the credential holds %j',
		async (stored) => {
			const access = credential(stored, never);
			const result = await tokensOf(access).current();
			expect(result).toMatchObject({
				ok: false,
				failure: { code: 'RECONNECT_REQUIRED', stage: 'token' },
			});
			expect(access.refreshCount).toBe(0);
		},
	);

	it('is missing where it has ended and there is no refresh token', async () => {
		const stored = { access_token: 'stored', n8n_expires_at: String(NOW_MS - 1) };
		const access = credential(stored, never);
		expect(told(await tokensOf(access).current())).toBe('RECONNECT_REQUIRED');
		expect(access.refreshCount).toBe(0);
	});

	it.each([undefined, {}, 'text', { token_type: 'Bearer' }])(
		'is a failure when the refresh answers %j',
		async (answer) => {
			const access = credential(tokenData('stored', -1), () => Promise.resolve(answer));
			expect(told(await tokensOf(access).current())).toBe('TOKEN_REQUEST_FAILED');
		},
	);

	it('is a failure, and no error, when the credential cannot be read', async () => {
		const access: CredentialAccess = {
			...credential(undefined, never),
			readTokenData: () => Promise.reject(new Error('the database is locked')),
		};
		const result = await tokensOf(access).current();
		expect(result).toMatchObject({ ok: false, failure: { stage: 'token' } });
	});
});

describe('replacing a refused token', () => {
	it('refreshes it', async () => {
		const access = credential(tokenData('refused'), renewTo(tokenData('renewed')));
		expect(told(await tokensOf(access).replace(storedToken('refused')))).toBe('renewed');
		expect(access.refreshCount).toBe(1);
	});

	it('takes the one the credential holds meanwhile', async () => {
		const access = credential(tokenData('from another process'), never);
		expect(told(await tokensOf(access).replace(storedToken('refused')))).toBe(
			'from another process',
		);
		expect(access.refreshCount).toBe(0);
	});

	it('takes the one another process got first, which made our refresh token void', async () => {
		const access = credential(tokenData('refused'), (self) => {
			self.stored = tokenData('from another process');
			return grantIsInvalid();
		});
		expect(told(await tokensOf(access).replace(storedToken('refused')))).toBe(
			'from another process',
		);
	});

	it('fails when the provider hands out the same one again', async () => {
		const access = credential(tokenData('refused'), renewTo(tokenData('refused')));
		const result = await tokensOf(access).replace(storedToken('refused'));
		expect(result).toMatchObject({
			ok: false,
			failure: { code: 'TOKEN_REJECTED', stage: 'token', retryable: false },
		});
		expect(access.refreshCount).toBe(1);
	});

	it('fails where there is no refresh token', async () => {
		const stored = { access_token: 'refused' };
		const access = credential(stored, never);
		const refused = readStoredToken(stored);
		if (refused === undefined) throw new Error('no token');
		expect(told(await tokensOf(access).replace(refused))).toBe('RECONNECT_REQUIRED');
		expect(access.refreshCount).toBe(0);
	});

	it('fails as the refresh does, even if the credential cannot be read afterwards', async () => {
		const access = credential(tokenData('refused'), (self) => {
			self.readTokenData = () => Promise.reject(new Error('the database is locked'));
			return grantIsInvalid();
		});
		expect(told(await tokensOf(access).replace(storedToken('refused')))).toBe('RECONNECT_REQUIRED');
	});

	it('shows no token of the failed refresh', async () => {
		const access = credential(tokenData('EwB4A8l6BAAUbDba3x2OMJ'), () =>
			Promise.reject(
				Object.assign(new Error('bad request: refresh_token=the-refresh-token'), {
					body: { error: 'invalid_grant', error_description: 'the-refresh-token is too old' },
				}),
			),
		);
		const result = await tokensOf(access).replace(storedToken('EwB4A8l6BAAUbDba3x2OMJ'));
		expect(told(result)).toBe('RECONNECT_REQUIRED');
		expect(JSON.stringify(result)).not.toContain('the-refresh-token');
		expect(JSON.stringify(result)).not.toContain('EwB4A8l6BAAUbDba3x2OMJ');
	});
});

describe('concurrent needs', () => {
	/** A credential whose refresh waits to be let go. */
	function gated(renewed: TokenData) {
		let open: () => void = () => undefined;
		const gate = new Promise<void>((resolve) => (open = resolve));
		const access = credential(tokenData('stored', -1), async (self) => {
			await gate;
			self.stored = renewed;
			return renewed;
		});
		return { access, open };
	}

	it('cause one refresh, whoever has them', async () => {
		const { access, open } = gated(tokenData('renewed', 3_600_000));
		const results = Promise.all([
			tokensOf(access).current(),
			tokensOf(access).current(),
			tokensOf(access).replace(storedToken('stored')),
			tokensOf(access).replace(storedToken('stored')),
		]);
		open();
		expect((await results).map(told)).toEqual(['renewed', 'renewed', 'renewed', 'renewed']);
		expect(access.refreshCount).toBe(1);
	});

	it('share a failure too, and the next one tries again', async () => {
		const access = credential(tokenData('stored', -1), endpointIsDown);
		const tokens = tokensOf(access);
		const results = await Promise.all([tokens.current(), tokens.current(), tokens.current()]);
		expect(results.map(told)).toEqual(Array(3).fill('TOKEN_REQUEST_FAILED'));
		expect(access.refreshCount).toBe(1);
		await tokens.current();
		expect(access.refreshCount).toBe(2);
	});

	it('of two credentials are two, even for the same token', async () => {
		const one = gated(tokenData('one', 3_600_000));
		const two = gated(tokenData('two', 3_600_000));
		const results = Promise.all([tokensOf(one.access).current(), tokensOf(two.access).current()]);
		one.open();
		two.open();
		expect((await results).map(told)).toEqual(['one', 'two']);
	});

	it('leave nothing behind', async () => {
		const { access, open } = gated(tokenData('renewed', 3_600_000));
		const result = tokensOf(access).current();
		open();
		await result;
		await tokensOf(credential(tokenData('stored', -1), endpointIsDown)).current();
		expect(processRegistry().refreshes.size).toBe(0);
	});
});
