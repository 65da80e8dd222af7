import { beforeEach, describe, expect, it } from 'vitest';
import {
	AccessTokens,
	type CredentialAccess,
	type TokenResult,
} from '../../../nodes/SmtpOAuthSendEmail/auth/access-tokens.js';
import type { MailAccount } from '../../../nodes/SmtpOAuthSendEmail/auth/mail-account.js';
import { applicationOf } from '../../../nodes/SmtpOAuthSendEmail/auth/unattended.js';
import { processRegistry } from '../../../nodes/SmtpOAuthSendEmail/registry/process-registry.js';
import { jwtOf } from '../../support/tls/access-token.js';
import { accountAt } from '../../support/smtp/transport-setting.js';

const START_MS = 1_800_000_000_000;
const TENANT = '11111111-2222-3333-4444-555555555555';
const CLIENT = 'aaaaaaaa-1111-2222-3333-444444444444';
const OTHER = 'bbbbbbbb-1111-2222-3333-444444444444';

let nowMs = START_MS;
let count = 0;
beforeEach(() => {
	nowMs = START_MS;
});

/** Claims of an application's token for Exchange Online. */
const claims = (changes: object = {}) => ({
	aud: 'https://outlook.office365.com',
	tid: TENANT,
	appid: CLIENT,
	roles: ['SMTP.SendAsApp'],
	exp: START_MS / 1_000 + 3_600,
	...changes,
});

const microsoft = (changes: Partial<MailAccount> = {}): MailAccount =>
	accountAt(
		{ port: 587 },
		{
			provider: 'microsoft365',
			host: 'smtp.office365.com',
			signIn: 'application',
			tenant: TENANT,
			...changes,
		},
	);

/** A credential of an application in memory; `give` is its sign-in server. */
class Application implements CredentialAccess {
	readonly id = `application-${String((count += 1))}`;
	fields: Record<string, unknown> = {
		clientId: CLIENT,
		scope: 'mail',
		accessTokenUrl: 'https://a',
	};
	stored: unknown = '';
	requests = 0;

	constructor(
		private readonly give: () => Promise<Record<string, unknown>>,
		private readonly account: MailAccount = microsoft(),
	) {}

	get unattended() {
		return applicationOf(this.account, this.fields);
	}

	async readTokenData(): Promise<unknown> {
		return this.stored;
	}

	async refreshTokenData(): Promise<unknown> {
		this.requests += 1;
		this.stored = await this.give();
		return this.stored;
	}

	async current(): Promise<string> {
		return told(await this.#tokens().current());
	}

	async replace(accessToken: string): Promise<string> {
		return told(await this.#tokens().replace({ accessToken, hasRefreshToken: false, secrets: [] }));
	}

	#tokens() {
		return new AccessTokens(this, this.account, () => nowMs);
	}
}

const told = (result: TokenResult) => (result.ok ? result.value.accessToken : result.failure.code);

/** Hands out `token-1`, `token-2` and so on. */
function numbered(answer: Record<string, unknown> = { expires_in: 3_600 }) {
	let given = 0;
	return async () => {
		given += 1;
		return { access_token: `token-${String(given)}`, token_type: 'Bearer', ...answer };
	};
}

describe('the first token of an application', () => {
	it.each([
		['an empty text', ''],
		['nothing', undefined],
		['an empty object', {}],
	])('is fetched where the credential holds %s', async (_what, stored) => {
		const application = new Application(numbered());
		application.stored = stored;
		expect(await application.current()).toBe('token-1');
		expect(await application.current()).toBe('token-1');
		expect(application.requests).toBe(1);
	});

	it('is fetched once for all who need it at the same time', async () => {
		const application = new Application(numbered());
		const told = await Promise.all(Array.from({ length: 5 }, () => application.current()));
		expect(told).toEqual(Array(5).fill('token-1'));
		expect(application.requests).toBe(1);
	});

	it('that cannot be had is a failure, and the next one who needs it asks again', async () => {
		let isDown = true;
		const next = numbered();
		const application = new Application(() =>
			isDown
				? Promise.reject(Object.assign(new Error('401'), { body: { error: 'invalid_client' } }))
				: next(),
		);
		expect(await application.current()).toBe('CLIENT_REJECTED');
		isDown = false;
		expect(await application.current()).toBe('token-1');
		expect(processRegistry().refreshes.size).toBe(0);
	});
});

describe('the end of an application’s token', () => {
	it('is known by the memory of fetching it where n8n (before 2.x) notes none', async () => {
		const application = new Application(numbered());
		await application.current();
		nowMs += 3_600_000 - 60_001;
		expect(await application.current()).toBe('token-1');
		nowMs += 1;
		expect(await application.current()).toBe('token-2');
		expect(application.requests).toBe(2);
	});

	it('is known by the token itself where another process has fetched it', async () => {
		const application = new Application(numbered());
		application.stored = { access_token: jwtOf(claims()) };
		expect(await application.current()).toBe(jwtOf(claims()));
		nowMs += 3_600_000;
		expect(await application.current()).toBe('token-1');
	});

	it('goes by our own clock where that differs from the provider’s', async () => {
		// Issued by a clock that is two hours behind: read from the token it would have ended already.
		const issued = jwtOf(claims({ exp: START_MS / 1_000 - 3_600 }));
		const application = new Application(async () => ({ access_token: issued, expires_in: 3_600 }));
		expect(await application.current()).toBe(issued);
		expect(await application.current()).toBe(issued);
		expect(application.requests).toBe(1);
	});

	it('may be unknown: then the token serves until it is refused', async () => {
		const application = new Application(numbered({}));
		await application.current();
		nowMs += 100_000_000;
		expect(await application.current()).toBe('token-1');
		expect(await application.replace('token-1')).toBe('token-2');
		expect(application.requests).toBe(2);
	});
});

describe('a token of other settings', () => {
	it.each<[string, object, Partial<MailAccount>]>([
		['another organization', { tid: OTHER }, {}],
		['another application', { appid: OTHER }, {}],
		['a person', { scp: 'SMTP.Send', upn: 'anna@contoso.com' }, {}],
		['Microsoft Graph', { aud: 'https://graph.microsoft.com' }, {}],
		[
			'Exchange Online, though messages go by Graph',
			{},
			{ deliverVia: 'graph', host: 'graph.microsoft.com' },
		],
		[
			'Graph in another cloud',
			{ aud: 'https://graph.microsoft.us' },
			{ deliverVia: 'graph', host: 'graph.microsoft.com' },
		],
	])('that is for %s is replaced, not used', async (_what, changes, account) => {
		const application = new Application(numbered(), microsoft(account));
		application.stored = { access_token: jwtOf(claims(changes)) };
		expect(await application.current()).toBe('token-1');
	});

	it('that shows nothing of them is replaced if this process fetched it with them', async () => {
		const application = new Application(numbered());
		expect(await application.current()).toBe('token-1');
		application.fields = { ...application.fields, scope: 'another' };
		expect(await application.current()).toBe('token-2');
		expect(await application.current()).toBe('token-2');
	});

	it('is fetched no more than once, whatever the provider puts into it', async () => {
		const odd = jwtOf(claims({ tid: OTHER }));
		const application = new Application(async () => ({ access_token: odd, expires_in: 3_600 }));
		expect(await application.current()).toBe(odd);
		expect(await application.current()).toBe(odd);
		expect(application.requests).toBe(1);
	});

	it.each<[string, object, Partial<MailAccount>]>([
		['without roles (RBAC for Applications)', { roles: undefined }, {}],
		['for an audience nobody knows', { aud: 'https://new.example' }, {}],
		['where Tenant is a domain', { tid: OTHER }, { tenant: 'contoso.com' }],
	])('is none that is %s', async (_what, changes, account) => {
		const stored = jwtOf(claims(changes));
		const application = new Application(numbered(), microsoft(account));
		application.stored = { access_token: stored };
		expect(await application.current()).toBe(stored);
		expect(application.requests).toBe(0);
	});
});

describe('a refused token of an application', () => {
	it('is replaced without a refresh token', async () => {
		const application = new Application(numbered());
		await application.current();
		expect(await application.replace('token-1')).toBe('token-2');
	});

	it('is not replaced by the same one', async () => {
		const application = new Application(async () => ({ access_token: 'same', expires_in: 60 }));
		await application.current();
		expect(await application.replace('same')).toBe('TOKEN_REJECTED');
	});
});
