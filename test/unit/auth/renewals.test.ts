import { afterEach, describe, expect, it, vi } from 'vitest';
import {
	AccessTokens,
	type CredentialAccess,
} from '../../../nodes/SmtpOAuthSendEmail/auth/access-tokens.js';
import { rememberFetched } from '../../../nodes/SmtpOAuthSendEmail/auth/unattended.js';
import { processRegistry } from '../../../nodes/SmtpOAuthSendEmail/registry/process-registry.js';
import { tokenInTime } from '../../../nodes/SmtpOAuthSendEmail/transport/token-wait.js';

const NOW_MS = 1_800_000_000_000;

let count = 0;

/** A credential whose token lives for `lifeMs` more, and whose refreshes are answered one by one. */
function credential(lifeMs: number, ...answers: Promise<unknown>[]) {
	count += 1;
	const access = {
		id: `renewal-${String(count)}`,
		refreshCount: 0,
		stored: {
			access_token: 'stored',
			refresh_token: 'the-refresh-token',
			n8n_expires_at: String(NOW_MS + lifeMs),
		} as Record<string, unknown>,
		readTokenData: async () => await Promise.resolve(access.stored),
		refreshTokenData: async () => {
			const answer = await answers[access.refreshCount++];
			access.stored = answer as Record<string, unknown>;
			return answer;
		},
	};
	return access;
}

const never = new Promise<unknown>(() => undefined);
const renewed = Promise.resolve({ access_token: 'renewed', refresh_token: 'another' });
const tokensOf = (access: CredentialAccess) =>
	new AccessTokens(access, { provider: 'custom' }, () => NOW_MS);
const within = async (access: CredentialAccess, timeoutMs: number, signal?: AbortSignal) => {
	const limits = { timeoutMs, signal };
	const result = await tokenInTime(tokensOf(access), undefined, 'custom', limits);
	return result.ok ? result.value.accessToken : result.failure.code;
};

afterEach(() => {
	vi.useRealTimers();
	processRegistry().refreshes.clear();
});

describe('a token endpoint that does not end its answer', () => {
	it('harms only the execution that has waited for it: the next one asks anew', async () => {
		const access = credential(-1, never, renewed);
		expect(await within(access, 10)).toBe('TOKEN_REQUEST_FAILED');
		expect(await within(access, 15_000)).toBe('renewed');
		expect(access.refreshCount).toBe(2);
	});

	it('is given up for all after a minute, whoever waits', async () => {
		vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
		const access = credential(-1, never, renewed);
		const waiting = [tokensOf(access).current(), tokensOf(access).current()];
		await vi.advanceTimersByTimeAsync(60_000);
		expect(await Promise.all(waiting)).toMatchObject([
			{ ok: false, failure: { code: 'TOKEN_REQUEST_FAILED', retryable: true } },
			{ ok: false, failure: { code: 'TOKEN_REQUEST_FAILED', retryable: true } },
		]);
		expect(await tokensOf(access).current()).toMatchObject({ value: { accessToken: 'renewed' } });
	});

	it('holds back no other credential settings for longer than that', async () => {
		vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
		const access = credential(-1, never, renewed);
		const first = tokensOf(access).current();
		await vi.advanceTimersByTimeAsync(0);
		const stored = { accessToken: 'other', hasRefreshToken: true, secrets: [] };
		access.stored = { access_token: 'other', refresh_token: 'the-refresh-token' };
		const other = tokensOf(access).replace(stored);
		await vi.advanceTimersByTimeAsync(60_000);
		expect(await first).toMatchObject({ ok: false });
		expect(await other).toMatchObject({ value: { accessToken: 'renewed' } });
	});

	it('does not keep a token from use that is still valid', async () => {
		vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
		const token = within(credential(50_000, never), 15_000);
		await vi.advanceTimersByTimeAsync(14_999);
		expect(await token).toBe('stored');
	});

	it('is not waited for again by the next message while the token is valid', async () => {
		vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
		const tokens = tokensOf(credential(50_000, never));
		const first = tokens.current();
		await vi.advanceTimersByTimeAsync(10_000);
		expect(await first).toMatchObject({ value: { accessToken: 'stored' } });
		const second = tokens.current();
		await vi.advanceTimersByTimeAsync(0);
		expect(await second).toMatchObject({ value: { accessToken: 'stored' } });
	});

	it('goes on for the others when one execution is stopped', async () => {
		let answer: (data: unknown) => void = () => undefined;
		const access = credential(-1, new Promise((resolve) => (answer = resolve)));
		const stop = new AbortController();
		const stopped = within(access, 15_000, stop.signal);
		const other = within(access, 15_000);
		stop.abort();
		expect(await stopped).toBe('CANCELLED');
		answer(await renewed);
		expect(await other).toBe('renewed');
		expect(access.refreshCount).toBe(1);
	});

	it('leaves the renewal alone that has taken its place when it ends after all', async () => {
		let late: (data: unknown) => void = () => undefined;
		const access = credential(-1, new Promise((resolve) => (late = resolve)), never);
		expect(await within(access, 10)).toBe('TOKEN_REQUEST_FAILED');
		const second = within(access, 200);
		await vi.waitFor(() => {
			expect(access.refreshCount).toBe(2);
		});
		late({ access_token: 'late' });
		await new Promise((resolve) => setTimeout(resolve, 1));
		expect(processRegistry().refreshes.size).toBe(1);
		await second;
	});
});

it('a token that replaces another keeps the secrets of that one, which a server may repeat', async () => {
	const access = credential(3_600_000, renewed);
	const tokens = tokensOf(access);
	const first = await tokens.current();
	if (!first.ok) throw new Error('no token');
	const second = await tokens.replace(first.value);
	const all = ['stored', 'the-refresh-token', 'renewed', 'another'];
	expect(second).toMatchObject({
		value: { accessToken: 'renewed', secrets: expect.arrayContaining(all) as string[] },
	});
	expect(await tokens.current()).toMatchObject({
		value: { secrets: expect.arrayContaining(all) as string[] },
	});
});

describe('the memory of fetched tokens', () => {
	const unattended = { signIn: 'application', settings: 'settings', mayBeFor: () => true } as const;
	const remember = (id: string, startedAtMs: number, lifeMs?: number) => {
		const token = { accessToken: id, hasRefreshToken: false, secrets: [] };
		const known = lifeMs === undefined ? token : { ...token, lifeMs };
		rememberFetched(id, unattended, known, startedAtMs);
	};

	it('loses those that have ended', () => {
		const { fetchedTokens } = processRegistry();
		for (let at = 0; at < 50; at += 1) remember(`ended-${String(at)}`, NOW_MS, 1_000);
		remember('alive', NOW_MS + 1_000, 1_000);
		expect([...fetchedTokens.keys()]).toEqual(['alive']);
	});

	it('has a bound for those that do not say when they end', () => {
		const { fetchedTokens } = processRegistry();
		for (let at = 0; at < 2_500; at += 1) remember(`endless-${String(at)}`, NOW_MS);
		expect(fetchedTokens.size).toBeLessThanOrEqual(1_000);
		expect(fetchedTokens.has('endless-2499')).toBe(true);
		fetchedTokens.clear();
	});
});
